import HTTPServer
import Documents

extension Settings {
    public struct Server: SettingsSection {
        public var host = "127.0.0.1"
        public var port = 8080
        /// Instead of host and port: several addresses.
        public var listen: [SocketAddress] = []
        /// Permissions of Unix sockets.
        public var unixMode = 0o660
        public var http2 = true
        public var headerTimeout = Duration.seconds(10)
        public var bodyTimeout = Duration.seconds(30)
        public var idleTimeout = Duration.seconds(60)
        public var writeTimeout = Duration.seconds(30)
        public var maxHeaderBytes = 32 * 1024
        public var maxHeaders = 100
        public var maxBodyBytes = 1024 * 1024
        public var maxBodyBytesHeld = 256 * 1024 * 1024
        public var maxConnections = 4096
        public var maxConnectionsPerAddress = 0
        public var maxRequestsPerConnection = 0
        public var maxStreams = 128
        public var drain = Duration.seconds(10)
        /// From SIGTERM on, requests are taken for so long while `/readyz` says no.
        public var drainDelay = Duration.zero
        /// Who is believed about whom it asks for.
        package var trustedProxies = TrustedProxies()
        /// Whole answers from this size on are compressed for clients that ask; 0: none.
        public var gzipFromBytes = 1024

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            host = try fields.optionalString("host") ?? host
            port = try fields.optionalInt("port", in: 0...65535) ?? port
            listen = try fields.optionalAddresses("listen") ?? listen
            unixMode = try fields.optionalMode("unix_mode") ?? unixMode
            http2 = try fields.optionalBool("http2") ?? http2
            headerTimeout = try fields.seconds("header_timeout_seconds") ?? headerTimeout
            bodyTimeout = try fields.seconds("body_timeout_seconds") ?? bodyTimeout
            idleTimeout = try fields.seconds("idle_timeout_seconds") ?? idleTimeout
            writeTimeout = try fields.seconds("write_timeout_seconds") ?? writeTimeout
            maxHeaderBytes = try fields.kibibytes("max_header_kib", in: 1...1024) ?? maxHeaderBytes
            maxHeaders = try fields.optionalInt("max_headers", in: 8...10_000) ?? maxHeaders
            maxBodyBytes = try fields.kibibytes("max_body_kib", in: 1...1 << 20) ?? maxBodyBytes
            maxBodyBytesHeld = try fields.kibibytes("max_bodies_kib", in: 1...1 << 30) ?? maxBodyBytesHeld
            maxConnections = try fields.optionalInt("max_connections", in: 1...1_000_000) ?? maxConnections
            maxConnectionsPerAddress =
                try fields.optionalInt("max_connections_per_address", in: 0...1_000_000) ?? maxConnectionsPerAddress
            maxRequestsPerConnection =
                try fields.optionalInt("max_requests_per_connection", in: 0...1_000_000_000)
                ?? maxRequestsPerConnection
            maxStreams = try fields.optionalInt("max_streams", in: 1...10_000) ?? maxStreams
            drain = try fields.seconds("drain_seconds") ?? drain
            drainDelay =
                try fields.optionalDouble("drain_delay_seconds", in: 0...3600).map { .seconds($0) } ?? drainDelay
            try readProxies(&fields)
            gzipFromBytes = try fields.optionalInt("gzip_from_bytes", in: 0...1 << 30) ?? gzipFromBytes
        }

        private mutating func readProxies(_ fields: inout FieldReader) throws(FieldError) {
            let field = try fields.optionalChoice("forwarded_field", TrustedProxies.Field.allCases.map(\.rawValue))
            if let texts = try fields.optionalStrings("trusted_proxies") {
                guard let proxies = TrustedProxies(texts) else {
                    throw fields.invalid(
                        "trusted_proxies",
                        "must hold addresses (192.0.2.1), networks (10.0.0.0/8, fd00::/8) and \"unix\" only")
                }
                trustedProxies = proxies
            }
            trustedProxies.field = field.flatMap(TrustedProxies.Field.init) ?? .auto
        }
    }

    /// Where HTTP is spoken without TLS.
    package var plainAddresses: [SocketAddress] {
        server.listen.isEmpty ? [.ip(host: server.host, port: server.port)] : server.listen
    }

    package var http: ServerConfiguration {
        var http = ServerConfiguration(addresses: plainAddresses)
        http.unixMode = UInt32(server.unixMode)
        http.limits.headerTime = server.headerTimeout
        http.limits.bodyTime = server.bodyTimeout
        http.limits.idleTime = server.idleTimeout
        http.limits.writeTime = server.writeTimeout
        http.limits.headerBytes = server.maxHeaderBytes
        http.limits.headerCount = server.maxHeaders
        http.limits.bodyBytes = server.maxBodyBytes
        http.limits.bodyBytesHeld = max(server.maxBodyBytesHeld, server.maxBodyBytes)
        http.limits.connections = server.maxConnections
        http.limits.connectionsPerAddress = server.maxConnectionsPerAddress
        http.limits.requestsPerConnection = server.maxRequestsPerConnection
        http.limits.concurrentStreams = server.http2 ? server.maxStreams : 0
        http.tlsAddresses = tls.listen
        if !tls.listen.isEmpty || !tls.certificates.isEmpty { http.tls = tlsConfiguration }
        return http
    }
}

extension FieldReader {
    /// `host:port`, `[IPv6]:port`, `:port` or `unix:/path`, one or a list.
    mutating func optionalAddresses(_ name: String) throws(FieldError) -> [SocketAddress]? {
        guard let texts = try optionalStrings(name) else { return nil }
        var addresses: [SocketAddress] = []
        for text in texts {
            do throws(ServerError) {
                addresses.append(try SocketAddress(parsing: text))
            } catch {
                throw invalid(name, "has \"\(text)\"; write host:port, [IPv6 address]:port, :port or unix:/path")
            }
        }
        return addresses
    }

    /// Permissions as `"0660"`.
    mutating func optionalMode(_ name: String) throws(FieldError) -> Int? {
        guard let value = optional(name) else { return nil }
        // YAML and flags make a number of it, in whose digits it still is the same.
        let text = value.stringValue ?? value.intValue.map(String.init) ?? ""
        guard let mode = Int(text, radix: 8), (0...0o777).contains(mode) else {
            throw invalid(name, "must be three octal digits, as in \"0660\"")
        }
        return mode
    }
}
