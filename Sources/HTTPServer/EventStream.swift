import HTTPTypes

/// Server-sent events (WHATWG HTML, 9.2) on a response writer.
public struct EventStream: Sendable {
    private let writer: ResponseWriter

    public init(_ writer: ResponseWriter) { self.writer = writer }

    /// One event. Line ends inside `data` become further `data:` lines; a line end in a name is left out.
    public func send(event: String? = nil, data: String, id: String? = nil) async throws {
        try await writer.write(Self.encode(event: event, data: data, id: id))
    }

    /// A comment, which keeps proxies from closing a silent stream.
    public func comment(_ text: String = "") async throws {
        try await writer.write(": \(Self.oneLine(text))\n\n")
    }

    package static func encode(event: String?, data: String, id: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(data.utf8.count + 32)
        if let event { bytes += "event: \(oneLine(event))\n".utf8 }
        if let id { bytes += "id: \(oneLine(id))\n".utf8 }
        bytes += "data: ".utf8
        var previous: UInt8 = 0
        for byte in data.utf8 {
            switch byte {
            case UInt8(ascii: "\n") where previous == UInt8(ascii: "\r"): break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): bytes += "\ndata: ".utf8
            default: bytes.append(byte)
            }
            previous = byte
        }
        bytes += "\n\n".utf8
        return bytes
    }

    private static func oneLine(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 != 0x0A && $0 != 0x0D && $0 != 0 }, as: UTF8.self)
    }
}

extension ServerResponse {
    /// A stream of server-sent events; it ends when `body` returns.
    public static func events(_ body: @escaping @Sendable (EventStream) async throws -> Void) -> ServerResponse {
        ServerResponse(headerFields: [.contentType: "text/event-stream", .cacheControl: "no-cache"]) { writer in
            try await body(EventStream(writer))
        }
    }
}
