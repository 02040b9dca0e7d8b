import Digests

/// The vectors of one pool's texts. Immutable: a change of the pool makes new ones, from what is known already.
public struct EmbeddedDocuments: Sendable {
    public let encoder: any TextEncoder
    private let forms: DocumentTexts
    private let entries: [Entry]

    /// A function, its texts and their vectors; every state of the pool that has the function shares them.
    private struct Entry: Sendable {
        let function: FunctionDocument
        let texts: [DocumentTexts.Text]
        /// `[texts.count, dimensions]`
        var vectors: [Float]

        func vector(_ row: Int) -> ArraySlice<Float> {
            let width = vectors.count / texts.count
            return vectors[row * width..<(row + 1) * width]
        }

        /// Where it was encoded in the same way.
        func vector(of text: EncodedText, _ habits: EncoderHabits) -> ArraySlice<Float>? {
            texts.firstIndex { EncodedText($0, habits) == text }.map { vector($0) }
        }
    }

    /// A text, and as what it is encoded.
    private struct EncodedText: Hashable {
        let text: String
        let kind: TextKind

        init(_ text: DocumentTexts.Text, _ habits: EncoderHabits) {
            (self.text, kind) = (text.text, habits.kind(of: text))
        }

        var digest: TextDigest { TextDigest(kind == .document ? text : "query\n\(text)") }
    }

    /// How a making went.
    public struct Cost: Sendable, Hashable {
        public var texts = 0, encoded = 0
    }
    public let cost: Cost

    /// Names of the functions, in the pool's order.
    public var names: [String] { entries.map(\.function.name) }

    /// Encodes the texts of `forms` that neither `previous` nor `cache` knows. Functions that are as they were cost nothing.
    ///
    /// - Parameters:
    ///   - forms: nil: those that the encoder was taught.
    ///   - previous: of another state of the pool; ignored if it is of another encoder.
    /// - Throws: what the encoder throws, `EncodingError`; a cache that cannot be written is an error too.
    public static func make(
        _ functions: [FunctionDocument], encoder: any TextEncoder, forms: DocumentTexts? = nil,
        previous: EmbeddedDocuments? = nil, cache: VectorCache? = nil
    ) async throws -> EmbeddedDocuments {
        let habits = encoder.habits, forms = forms ?? habits.document.union(habits.short)
        let known = previous.flatMap { $0.encoder.identity == encoder.identity ? $0 : nil }
        let old = Dictionary(
            (known?.entries ?? []).map { ($0.function.name, $0) }, uniquingKeysWith: { first, _ in first })
        var making = Making(width: encoder.dimensions, habits: habits)
        making.entries.reserveCapacity(functions.count)
        for function in functions {
            if let entry = old[function.name], entry.function == function, known?.forms == forms {
                making.entries.append(entry)
                continue
            }
            let texts = forms.texts(of: function)
            var vectors: [ArraySlice<Float>?] = []
            for text in texts.map({ EncodedText($0, habits) }) {
                if let vector = old[function.name]?.vector(of: text, habits) {
                    vectors.append(vector)
                } else {
                    vectors.append(await cache?.vector(of: text.digest)?[...])
                }
            }
            making.add(function, texts, vectors)
        }
        for kind in [TextKind.document, .query] {
            let missing = making.missing.filter { $0.kind == kind }
            for first in stride(from: 0, to: missing.count, by: batch) {
                let part = Array(missing[first..<min(first + batch, missing.count)])
                let made = try await encoder.checkedEncode(part.map(\.text), kind: kind)
                making.fill(part, made)
                try await cache?.store(part.map(\.digest), made)
            }
        }
        let cost = Cost(texts: making.entries.reduce(0) { $0 + $1.texts.count }, encoded: making.missing.count)
        return EmbeddedDocuments(encoder: encoder, forms: forms, entries: making.entries, cost: cost)
    }

    /// Texts encoded at a time, so that a large pool does not hold the encoder for seconds.
    private static let batch = 256

    /// Texts on their way to vectors: those that are known already are not encoded again.
    private struct Making {
        let width: Int
        let habits: EncoderHabits
        var entries: [Entry] = []
        /// Distinct texts that have no vector yet, and where each belongs.
        var missing: [EncodedText] = []
        private var places: [EncodedText: [(entry: Int, row: Int)]] = [:]

        init(width: Int, habits: EncoderHabits) { (self.width, self.habits) = (width, habits) }

        /// - Parameter vectors: one a text; nil: to be encoded.
        mutating func add(
            _ function: FunctionDocument, _ texts: [DocumentTexts.Text], _ vectors: [ArraySlice<Float>?]
        ) {
            var all: [Float] = []
            for (row, vector) in vectors.enumerated() {
                all += vector ?? ArraySlice(repeating: 0, count: width)
                guard vector == nil else { continue }
                let text = EncodedText(texts[row], habits)
                if places[text] == nil { missing.append(text) }
                places[text, default: []].append((entries.count, row))
            }
            entries.append(Entry(function: function, texts: texts, vectors: all))
        }

        /// - Parameter made: `[texts.count, width]`
        mutating func fill(_ texts: [EncodedText], _ made: [Float]) {
            for (index, text) in texts.enumerated() {
                for (entry, row) in places[text] ?? [] {
                    entries[entry].vectors.replaceSubrange(
                        row * width..<(row + 1) * width, with: made[index * width..<(index + 1) * width])
                }
            }
        }
    }

    /// An index of some of the texts of each function; of all that it has where it has none of these.
    func index(of forms: DocumentTexts) -> VectorIndex {
        var kept: [Float] = [], items: [Int] = []
        kept.reserveCapacity(cost.texts * encoder.dimensions)
        for (item, entry) in entries.enumerated() {
            let rows = entry.texts.indices.filter { !entry.texts[$0].forms.isDisjoint(with: forms) }
            for row in rows.isEmpty ? Array(entry.texts.indices) : rows {
                kept += entry.vector(row)
                items.append(item)
            }
        }
        return VectorIndex(kept, dimensions: encoder.dimensions, items: items)
    }
}
