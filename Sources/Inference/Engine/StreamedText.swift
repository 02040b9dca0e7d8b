/// The part of a growing answer that may be sent: whatever may begin a stop text waits, since an answer ends before it.
package struct StreamedText {
    private let stop: [[UInt8]]
    private var waiting: [UInt8] = []
    private var sent = 0

    package init(stop: [String]) { self.stop = stop.filter { !$0.isEmpty }.map { Array($0.utf8) } }

    /// Takes the next piece of the answer, whole characters.
    ///
    /// - Returns: what can be sent now.
    package mutating func append(_ piece: String) -> String {
        waiting += piece.utf8
        let safe = waiting.indices.first { start in
            let rest = waiting[start...]
            return stop.contains { rest.starts(with: $0) || $0.starts(with: rest) }
        }
        let ready = waiting.prefix(safe ?? waiting.count)
        waiting.removeFirst(ready.count)
        sent += ready.count
        return String(decoding: ready, as: UTF8.self)
    }

    /// What is still to be sent of the finished answer.
    package func rest(of text: String) -> String { String(decoding: text.utf8.dropFirst(sent), as: UTF8.self) }
}
