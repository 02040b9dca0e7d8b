import CNGHTTP2
import HTTPTypes

/// Fields of one answer in the form that nghttp2 takes: all names and values in one run of bytes.
struct HTTP2Fields {
    private struct Line {
        var name: Range<Int>
        var value: Range<Int>
        var flags: UInt8
    }

    private var bytes = ByteQueue()
    private var lines: [Line] = []

    /// The head of an answer. Values that are new each time are kept out of the compression table.
    init(_ response: ServerResponse, for exchange: Exchange, length: Int?) {
        bytes.reserve(320)
        lines.reserveCapacity(8 + response.headerFields.count)
        add(":status") { $0.append(decimal: response.status.code) }
        let date = exchange.group.clock.dateValue()
        add("date") { $0.append(date) }
        if let name = exchange.group.context.name { add("server") { $0.append(name.utf8) } }
        for field in response.headerFields where !ResponseEncoder.isOurs(field.name) {
            let start = bytes.count
            bytes.append(field.name.canonicalName.utf8)
            addValue(behind: start, flags: 0) { $0.append(field.value.utf8) }
        }
        let never = UInt8(NGHTTP2_NV_FLAG_NO_INDEX.rawValue)
        add("x-request-id", flags: never) { $0.append(exchange.id.utf8) }
        add("server-timing", flags: never) {
            ResponseEncoder.appendTimings(response.timings, total: exchange.elapsed, to: &$0)
        }
        if let length { add("content-length") { $0.append(decimal: length) } }
    }

    /// `100 Continue`.
    static let goOn: HTTP2Fields = {
        var fields = HTTP2Fields()
        fields.add(":status") { $0.append("100") }
        return fields
    }()

    private init() {}

    private mutating func add(_ name: StaticString, flags: UInt8 = 0, _ appendValue: (inout ByteQueue) -> Void) {
        let start = bytes.count
        bytes.append(name)
        addValue(behind: start, flags: flags, appendValue)
    }

    /// The name lies between `start` and the end; now the value.
    private mutating func addValue(behind start: Int, flags: UInt8, _ appendValue: (inout ByteQueue) -> Void) {
        let middle = bytes.count
        appendValue(&bytes)
        lines.append(Line(name: start..<middle, value: middle..<bytes.count, flags: flags))
    }

    /// Lends the list; nghttp2 copies what it keeps.
    func withList<Result>(_ body: (UnsafePointer<nghttp2_nv>, Int) -> Result) -> Result? {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.bindMemory(to: UInt8.self).baseAddress else { return nil }
            let start = UnsafeMutablePointer(mutating: base)  // the C type lacks const; nothing is written
            return withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: lines.count) { list in
                for (index, line) in lines.enumerated() {
                    list.initializeElement(
                        at: index,
                        to: nghttp2_nv(
                            name: start + line.name.lowerBound, value: start + line.value.lowerBound,
                            namelen: line.name.count, valuelen: line.value.count, flags: line.flags))
                }
                return list.baseAddress.map { body($0, lines.count) }
            }
        }
    }
}
