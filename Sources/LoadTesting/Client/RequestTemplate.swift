import HTTPClient

/// What all requests of a workload have in common, written once for both protocols.
package final class RequestTemplate: Sendable {
    /// For HTTP/2 (RFC 9113, 8.3.1), names in lower case; the pseudo-fields stand first.
    package let fields: [(name: [UInt8], value: [UInt8])]
    private let head: [UInt8], hasBody: Bool

    package init(_ endpoint: HTTPEndpoint, method: String, route: String, apiKey: String?) {
        let path = endpoint.prefix + route
        hasBody = method != "GET"
        var lines: [(String, String)] = [("Accept", "application/json")]
        if hasBody { lines.append(("Content-Type", "application/json")) }
        if let apiKey { lines.append(("Authorization", "Bearer \(apiKey)")) }
        let pseudo = [
            (":method", method), (":scheme", endpoint.tlsHost == nil ? "http" : "https"),
            (":authority", endpoint.authority), (":path", path),
        ]
        fields = (pseudo + lines).map { (Array($0.0.lowercased().utf8), Array($0.1.utf8)) }
        let start = "\(method) \(path) HTTP/1.1\r\nHost: \(endpoint.authority)\r\n"
        head = Array((start + lines.map { "\($0.0): \($0.1)\r\n" }.joined()).utf8)
    }

    /// The whole request (RFC 9112).
    package func http1(body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(head.count + body.count + 32)
        bytes += head
        if hasBody { bytes += "Content-Length: \(body.count)\r\n".utf8 }
        bytes += "\r\n".utf8
        bytes += body
        return bytes
    }
}

/// One request, ready to be sent.
struct PreparedRequest {
    let template: RequestTemplate
    let body: [UInt8]
    /// Which of the mix's workloads it is of.
    let part: Int
}
