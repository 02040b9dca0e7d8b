/// Finds the functions whose texts mean what the query means: cosine of their vectors, the best text of each function.
public struct EmbeddingRetriever: Retriever {
    public let names: [String]
    private let encoder: any TextEncoder
    private let index: VectorIndex

    /// - Parameters:
    ///   - documents: with at least the texts of `forms`.
    ///   - forms: nil: as the encoder was taught; the paper's, unless it was taught others.
    public init(
        _ documents: EmbeddedDocuments, forms: DocumentTexts? = nil
    ) {
        names = documents.names
        encoder = documents.encoder
        index = documents.index(of: forms ?? encoder.habits.document)
    }

    /// The nearest functions, best first.
    public func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        let vectors = try await QueryVectors(query, encoder)
        guard let dialogue = vectors.dialogue else {
            return index.search(vectors.query, limit: limit).map {
                Candidate(name: names[$0.item], score: Double($0.score))
            }
        }
        let scores = vectors.scores(in: index, dialogue: dialogue)
        return BestRows.pick(limit, of: scores).map { Candidate(name: names[$0], score: scores[$0]) }
    }

    /// For each text on its own; all are encoded together.
    public func nearest(to texts: [String], limit: Int) async throws -> [[Candidate]] {
        let vectors = try await encoder.checkedEncode(texts, kind: .query), width = encoder.dimensions
        return texts.indices.map { row in
            index.search(Array(vectors[row * width..<(row + 1) * width]), limit: limit).map {
                Candidate(name: names[$0.item], score: Double($0.score))
            }
        }
    }
}

/// The vectors of what the user says now and of the dialogue that it ends.
struct QueryVectors {
    let query: [Float]
    /// Of the last turns and the query as one text; nil: there was nothing before.
    let dialogue: [Float]?

    /// Encodes query and history.
    init(_ query: RetrievalQuery, _ encoder: any TextEncoder) async throws {
        let width = encoder.dimensions
        let vectors = try await encoder.checkedEncode(query.texts(for: encoder.habits), kind: .query)
        self.query = Array(vectors.prefix(width))
        dialogue = query.history.isEmpty ? nil : Array(vectors.dropFirst(width))
    }

    /// The cosine of each function: with a dialogue the mean of both.
    func scores(in index: VectorIndex, dialogue: [Float]?) -> [Double] {
        let alone = index.scores(of: query)
        guard let dialogue else { return alone.map { Double($0) } }
        return zip(alone, index.scores(of: dialogue)).map { (Double($0) + Double($1)) / 2 }
    }
}

extension RetrievalQuery {
    /// What is encoded of a query: its text and, if something was said before, the dialogue that it ends.
    public func texts(for habits: EncoderHabits) -> [String] {
        history.isEmpty ? [meant(for: habits)] : [meant(for: habits), dialogue(for: habits)]
    }

    /// The last turns and what is said now, as one text.
    func dialogue(for habits: EncoderHabits) -> String {
        (history.suffix(2) + [meant(for: habits)]).joined(separator: " ")
    }

    /// An encoder of one language reads what the text means in it.
    private func meant(for habits: EncoderHabits) -> String { gloss.isEmpty || habits.readsAllLanguages ? text : gloss }
}
