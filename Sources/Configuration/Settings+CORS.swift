import Documents

extension Settings {
    /// Web pages of other origins that may ask from a browser.
    public struct CORS: SettingsSection {
        /// As in `https://app.example.org`; `*`: any page. Empty: none.
        package var origins: [String] = []
        package var headers = [
            "authorization", "content-type", "if-match", "if-none-match", "traceparent", "x-request-id",
        ]
        package var maxAge = Duration.seconds(600)
        /// Cookies and client certificates go along.
        package var credentials = false

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            origins = try fields.optionalStrings("origins") ?? origins
            headers = try fields.optionalStrings("headers") ?? headers
            maxAge = try fields.seconds("max_age_seconds") ?? maxAge
            credentials = try fields.optionalBool("credentials") ?? credentials
            for origin in origins where origin != "*" && !Self.isOrigin(origin) {
                throw fields.invalid("origins", "has \"\(origin)\"; write scheme://host[:port] without a path")
            }
            guard headers.allSatisfy({ $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") } })
            else {
                throw fields.invalid("headers", "must be names of header fields")
            }
            guard !credentials || !origins.contains("*") else {
                throw fields.invalid(
                    "credentials", "must be false with origin \"*\": browsers refuse it. Name the origins")
            }
        }

        private static func isOrigin(_ text: String) -> Bool {
            guard let range = text.firstRange(of: "://") else { return false }
            let host = text[range.upperBound...]
            return !text[..<range.lowerBound].isEmpty && !host.isEmpty
                && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#,".utf8.contains($0) }
        }
    }
}
