import Foundation

/// Which proxy leads to which server, by the variables that curl and most package tools read: `http_proxy`, `https_proxy`,
/// `all_proxy`, `no_proxy`; all but the first also in capitals.
package struct ProxySettings: Sendable, Hashable {
    /// A proxy that speaks plain HTTP.
    package struct Proxy: Sendable, Hashable {
        package var host: String
        package var port: UInt16
        /// The value of `Proxy-Authorization`.
        package var authorization: String?

        /// Reads `http://name:password@host:port`; the scheme may be left out.
        ///
        /// - Throws: `.badURL` for anything else, proxies that speak TLS or SOCKS among it.
        package init(_ text: String) throws(EndpointError) {
            let url = text.contains("://") ? text : "http://" + text
            guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "http",
                let host = parts.host, !host.isEmpty, let port = UInt16(exactly: parts.port ?? 1080), port > 0
            else { throw .badProxy(text) }
            (self.host, self.port) = (host, port)
            guard let user = parts.user else { return }
            authorization = "Basic " + Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
        }
    }

    private var proxies: [String: String] = [:]
    private var exceptions: [String] = []

    /// Everything is reached directly.
    package static let none = ProxySettings()

    private init() {}

    package init(environment: [String: String]) {
        func value(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
        let all = value("all_proxy", "ALL_PROXY")
        // HTTP_PROXY in capitals is what a CGI server makes of a client's field "Proxy": never read.
        proxies["http"] = value("http_proxy") ?? all
        proxies["https"] = value("https_proxy", "HTTPS_PROXY") ?? all
        exceptions = (value("no_proxy", "NO_PROXY") ?? "").lowercased()
            .split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
    }

    /// - Parameters:
    ///   - scheme: `http` or `https`, of the server.
    ///   - host: without brackets.
    package func proxy(scheme: String, host: String) throws(EndpointError) -> Proxy? {
        guard let text = proxies[scheme], !isException(host.lowercased()) else { return nil }
        return try Proxy(text)
    }

    /// A name stands for itself and what is below it; an address or a network for itself; `*` for everything.
    private func isException(_ host: String) -> Bool {
        exceptions.contains { entry in
            if entry == "*" { return true }
            if let range = AddressRange(entry.filter { $0 != "[" && $0 != "]" }) { return range.contains(host) }
            var domain = entry.drop { $0 == "." || $0 == "*" }
            if domain.hasSuffix(".") { domain = domain.dropLast() }
            return !domain.isEmpty && (host == domain || host.hasSuffix("." + domain))
        }
    }
}
