import HTTPServer
import Documents

extension Settings {
    /// Where TLS is spoken, and with which certificates.
    public struct TLS: SettingsSection {
        public struct Certificate: Sendable, Hashable {
            public var chain: String
            public var key: String
        }

        public var listen: [SocketAddress] = []
        /// The first is for clients that ask for a name in none of them.
        public var certificates: [Certificate] = []
        public var minimumVersion = "1.2"
        /// Authorities of client certificates; empty: none are asked for.
        public var clientAuthorities = ""
        public var requiresClientCertificate = false

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            listen = try fields.optionalAddresses("listen") ?? listen
            var readers = try fields.objects("certificates")
            certificates = []
            for index in readers.indices {
                certificates.append(
                    Certificate(chain: try readers[index].string("chain"), key: try readers[index].string("key")))
                try readers[index].finish()
            }
            let chain = try fields.optionalString("chain"), key = try fields.optionalString("key")
            if let chain, let key { certificates.insert(Certificate(chain: chain, key: key), at: 0) }
            guard (chain == nil) == (key == nil) else {
                throw fields.invalid("key", "and chain go together; give both or neither")
            }
            minimumVersion = try fields.optionalVersion("min_version") ?? minimumVersion
            clientAuthorities = try fields.optionalString("client_authorities") ?? clientAuthorities
            requiresClientCertificate =
                try fields.optionalBool("require_client_certificate") ?? requiresClientCertificate
            guard !requiresClientCertificate || !clientAuthorities.isEmpty else {
                throw fields.invalid("require_client_certificate", "needs client_authorities, a PEM file")
            }
            guard listen.isEmpty || !certificates.isEmpty else {
                throw fields.invalid("certificates", "are missing; tls.listen needs at least one")
            }
        }
    }

    package var tlsAddresses: [SocketAddress] { tls.listen }

    var tlsConfiguration: TLSConfiguration {
        var configuration = TLSConfiguration(
            certificates: tls.certificates.map { .init(chainFile: resolve($0.chain), keyFile: resolve($0.key)) })
        configuration.minimumVersion = tls.minimumVersion == "1.3" ? .tls13 : .tls12
        configuration.protocols = server.http2 ? [.http2, .http11] : [.http11]
        if !tls.clientAuthorities.isEmpty { configuration.clientAuthoritiesFile = resolve(tls.clientAuthorities) }
        configuration.requiresClientCertificate = tls.requiresClientCertificate
        return configuration
    }
}

extension FieldReader {
    /// `1.2` or `1.3`, which YAML takes for a number.
    fileprivate mutating func optionalVersion(_ name: String) throws(FieldError) -> String? {
        guard let value = optional(name) else { return nil }
        let text = value.stringValue ?? value.doubleValue.map { "\($0)" } ?? ""
        guard ["1.2", "1.3"].contains(text) else { throw invalid(name, "must be 1.2 or 1.3") }
        return text
    }
}
