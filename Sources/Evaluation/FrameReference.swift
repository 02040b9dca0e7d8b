import Adapters
import Documents
import Foundation
import FunctionCalling
import Functions
import Judging

/// What the legacy stack said of the samples of a set: `<split>.frames.jsonl`, and the adapter that leads back to it.
public struct FrameReference: Sendable {
    /// What the legacy stack said of one sample.
    struct Frame: Sendable, Hashable {
        var domain: String
        /// Several are joined by `#`.
        var intent: String
        /// Name and folded value.
        var slots: Set<[String]>
    }

    private let frames: [String: Frame]
    private let rules: AdapterRules

    /// - Parameters:
    ///   - data: the samples' file; its frames lie beside it as `<name>.frames.jsonl` or `.frames.jsonl.gz`.
    ///   - adapter: the adapter's file.
    /// - Throws: `DocumentError`, or `AdapterError` for the adapter.
    public init(data: String, adapter: String) throws {
        let folder = URL(fileURLWithPath: data).deletingLastPathComponent()
        let stem = URL(fileURLWithPath: data).lastPathComponent.prefix { $0 != "." }
        let paths = ["", ".gz"].map { folder.appendingPathComponent("\(stem).frames.jsonl\($0)").path }
        guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw DocumentError(path: data, reason: "has no frames beside it: \(paths.joined(separator: " or "))")
        }
        let rows = try JSONLines.rows(path) { value throws(FieldError) in try Self.row(value) }
        self.init(frames: Dictionary(rows, uniquingKeysWith: { first, _ in first }), try .load(path: adapter))
    }

    /// Frames by the ids of samples.
    init(frames: [String: Frame], _ rules: AdapterRules) { (self.frames, self.rules) = (frames, rules) }

    /// A line of the file.
    private static func row(_ json: JSONValue) throws(FieldError) -> (String, Frame) {
        var fields = try FieldReader(json)
        let id = try fields.string("id")
        var frame = Frame(domain: try fields.string("domain"), intent: try fields.string("intent"), slots: [])
        for var slot in try fields.objects("slots") {
            frame.slots.insert([try slot.string("name"), TextFolding.fold(try slot.string("value"))])
        }
        return (id, frame)
    }

    /// Whether an answer, led back through the adapter, is the sample's frame: domain, intent, slots and their values.
    /// nil for a sample without a frame.
    package func isRight(_ answer: FunctionAnswer, id: String) -> Bool? {
        guard let expected = frames[id] else { return nil }
        guard answer.outcome == .call, !answer.calls.isEmpty else { return false }
        let given = answer.calls.map { rules.frame(for: $0) }
        guard given.allSatisfy(\.unmapped.isEmpty) else { return false }
        let slots = given.flatMap(\.slots).map {
            [$0.name, TextFolding.fold($0.value.stringValue ?? $0.value.text())]
        }
        // The order of several intents is that of their request, which calls need not keep.
        let intents = given.compactMap(\.intent).sorted(),
            wanted = expected.intent.split(separator: "#").map(String.init)
        let isWhole = intents == wanted.sorted() || intents == [expected.intent]
        return isWhole && given.allSatisfy { $0.domain == expected.domain } && Set(slots) == expected.slots
    }
}
