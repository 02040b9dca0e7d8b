/// The vectors of one pool's texts. Immutable: a change of the pool makes new ones, from what is known already.
public struct EmbeddedDocuments: Sendable {
    public let names: [String]
    public let encoder: any TextEncoder
    /// Texts, and the function of each, ascending.
    let texts: [String], owners: [Int]
    /// `[texts.count, dimensions]`
    let vectors: [Float]
    private let rows: [String: Int]

    /// How a making went.
    public struct Cost: Sendable, Hashable {
        public var texts = 0, encoded = 0
    }
    public let cost: Cost

    /// Encodes the texts of `forms` that neither `previous` nor `cache` knows.
    ///
    /// - Parameter previous: of another state of the pool; ignored if it is of another encoder.
    /// - Throws: what the encoder throws, `EncodingError`; a cache that cannot be written is an error too.
    public static func make(
        _ functions: [FunctionDocument], encoder: any TextEncoder, forms: DocumentTexts = [.document, .short],
        previous: EmbeddedDocuments? = nil, cache: VectorCache? = nil
    ) async throws -> EmbeddedDocuments {
        var texts: [String] = [], owners: [Int] = []
        for (owner, function) in functions.enumerated() {
            for text in forms.texts(of: function) {
                texts.append(text)
                owners.append(owner)
            }
        }
        let known = previous.flatMap { $0.encoder.identity == encoder.identity ? $0 : nil }
        let width = encoder.dimensions
        var vectors = [Float](repeating: 0, count: texts.count * width)
        var missing: [String: [Int]] = [:], order: [String] = []
        for (row, text) in texts.enumerated() {
            var vector: [Float]? = known?.vector(of: text).map { Array($0) }
            if vector == nil { vector = await cache?.vector(of: TextDigest(text)) }
            if let vector {
                vectors.replaceSubrange(row * width..<(row + 1) * width, with: vector)
            } else {
                if missing[text] == nil { order.append(text) }
                missing[text, default: []].append(row)
            }
        }
        for first in stride(from: 0, to: order.count, by: batch) {
            let part = Array(order[first..<min(first + batch, order.count)])
            let made = try await encoder.checkedEncode(part, kind: .document)
            for (index, text) in part.enumerated() {
                for row in missing[text] ?? [] {
                    vectors.replaceSubrange(
                        row * width..<(row + 1) * width, with: made[index * width..<(index + 1) * width])
                }
            }
            try await cache?.store(part.map { TextDigest($0) }, made)
        }
        return EmbeddedDocuments(
            names: functions.map(\.name), encoder: encoder, texts: texts, owners: owners, vectors: vectors,
            cost: Cost(texts: texts.count, encoded: order.count))
    }

    /// Texts encoded at a time, so that a large pool does not hold the encoder for seconds.
    private static let batch = 256

    private init(
        names: [String], encoder: any TextEncoder, texts: [String], owners: [Int], vectors: [Float], cost: Cost
    ) {
        (self.names, self.encoder, self.texts, self.owners) = (names, encoder, texts, owners)
        (self.vectors, self.cost) = (vectors, cost)
        rows = Dictionary(zip(texts, texts.indices), uniquingKeysWith: { first, _ in first })
    }

    private func vector(of text: String) -> ArraySlice<Float>? {
        rows[text].map { vectors[$0 * encoder.dimensions..<($0 + 1) * encoder.dimensions] }
    }

    /// An index of some of the texts of each function.
    func index(of forms: DocumentTexts, _ functions: [FunctionDocument]) -> VectorIndex {
        let width = encoder.dimensions
        var kept: [Float] = [], items: [Int] = []
        for (owner, function) in functions.enumerated() {
            for text in forms.texts(of: function) {
                guard let vector = vector(of: text) else { continue }
                kept.append(contentsOf: vector)
                items.append(owner)
            }
        }
        return VectorIndex(kept, dimensions: width, items: items)
    }
}
