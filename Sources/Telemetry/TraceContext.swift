/// The trace that a request is part of (W3C Trace Context, level 1).
package struct TraceContext: Sendable, Equatable {
    /// 32 lower-case hexadecimal digits.
    package let traceID: String
    /// Of the caller's span: 16 digits; empty: the trace begins here.
    package let parentID: String
    /// Of ours.
    package let spanID: String
    /// 2 digits; the last bit: the caller records the trace.
    package let flags: String
    /// Passed on as it came.
    package let state: String?

    /// - Parameters:
    ///   - header: the value of `traceparent`; nil is returned unless it is valid (3.2 and 3.3).
    ///   - state: the value of `tracestate`; left out where it is longer than the 512 bytes that must be passed on.
    package init?(_ header: String, state: String? = nil) {
        let bytes = Array(header.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash else { return nil }
        func digits(_ range: Range<Int>) -> String? {
            guard bytes[range].allSatisfy({ $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }) else { return nil }
            return String(decoding: bytes[range], as: UTF8.self)
        }
        guard let version = digits(0..<2), let trace = digits(3..<35), let parent = digits(36..<52),
            let flags = digits(53..<55), version != "ff", trace.contains(where: { $0 != "0" }),
            parent.contains(where: { $0 != "0" })
        else { return nil }
        // A later version may have more behind a dash.
        guard bytes.count == 55 || version != "00" && bytes[55] == dash else { return nil }
        (traceID, parentID, self.flags) = (trace, parent, flags)
        self.state = state.flatMap { (1...512).contains($0.utf8.count) ? $0 : nil }
        spanID = Self.newID()
    }

    /// A trace that begins here.
    package init(isSampled: Bool) {
        (traceID, parentID, spanID) = (Self.newID() + Self.newID(), "", Self.newID())
        (flags, state) = (isSampled ? "01" : "00", nil)
    }

    /// Whether somebody records the trace.
    package var isSampled: Bool { UInt8(flags, radix: 16).map { $0 & 1 == 1 } ?? false }

    /// 16 hexadecimal digits, not all of them 0.
    package static func newID() -> String {
        let digits = String(UInt64.random(in: 1 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// Names our span as the parent: for whoever we ask, and for the answer.
    package var header: String { "00-\(traceID)-\(spanID)-\(flags)" }
}
