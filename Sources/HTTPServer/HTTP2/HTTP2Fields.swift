import CNGHTTP2
import HTTPTypes

/// Fields of one answer in the form that nghttp2 takes: all names and values in one run of bytes.
struct HTTP2Fields {
    private struct Line {
        var name: Range<Int>
        var value: Range<Int>
        var flags: UInt8
    }

    private var bytes: [UInt8] = []
    private var lines: [Line] = []

    /// The head of an answer. Values that are new each time are kept out of the compression table.
    init(_ response: ServerResponse, for exchange: Exchange, length: Int?) {
        bytes.reserveCapacity(256)
        append(":status", String(response.status.code).utf8)
        append("date", exchange.group.clock.dateValue())
        if let name = exchange.group.context.name { append("server", name.utf8) }
        for field in response.headerFields where !ResponseEncoder.isOurs(field.name) {
            append(field.name.canonicalName, field.value.utf8)
        }
        let never = UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)
        append("x-request-id", exchange.id.utf8, flags: never)
        var timings = ByteQueue()
        ResponseEncoder.appendTimings(response.timings, total: exchange.elapsed, to: &timings)
        append("server-timing", timings.take(timings.count), flags: never)
        if let length { append("content-length", String(length).utf8) }
    }

    /// `100 Continue`.
    static let goOn: HTTP2Fields = {
        var fields = HTTP2Fields()
        fields.append(":status", "100".utf8)
        return fields
    }()

    private init() {}

    private mutating func append(_ name: String, _ value: some Collection<UInt8>, flags: UInt8 = 0) {
        let start = bytes.count
        bytes += name.utf8
        let middle = bytes.count
        bytes += value
        lines.append(Line(name: start..<middle, value: middle..<bytes.count, flags: flags))
    }

    /// Lends the list; nghttp2 copies what it keeps.
    func withList<Result>(_ body: (UnsafePointer<nghttp2_nv>, Int) -> Result) -> Result? {
        bytes.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            let start = UnsafeMutablePointer(mutating: base)  // the C type lacks const; nothing is written
            let list = lines.map { line in
                nghttp2_nv(
                    name: start + line.name.lowerBound, value: start + line.value.lowerBound,
                    namelen: line.name.count, valuelen: line.value.count, flags: line.flags)
            }
            return list.withUnsafeBufferPointer { list in list.baseAddress.map { body($0, list.count) } }
        }
    }
}
