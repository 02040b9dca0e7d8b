import Functions
import Inference
import Retrieval

/// Makes the retrievers of a pool that need an encoder, from what the pool before a change had already.
public struct PoolIndexing: Sendable {
    public let encoder: any TextEncoder
    public let cache: VectorCache?
    /// Writes descriptions for the `description` retriever; without it there is none.
    public let describer: (any StageModel)?
    /// Descriptions find functions without the query that they were written for.
    public var findsByDescriptionAlone = false
    /// Trained heads by the names of their pools.
    public let classifiers: [String: FunctionClassifier]

    public init(
        encoder: any TextEncoder, cache: VectorCache? = nil, describer: (any StageModel)? = nil,
        classifiers: [String: FunctionClassifier] = [:]
    ) {
        (self.encoder, self.cache, self.describer, self.classifiers) = (encoder, cache, describer, classifiers)
    }

    /// - Parameter previous: the pool before its change; vectors of texts that it has too are taken over.
    /// - Throws: what the encoder throws, and what the file system says of the cache.
    public func retrievers(
        for pool: FunctionPool, previous: IndexedPool?
    ) async throws -> [RetrieverKind: any Retriever] {
        let functions = pool.documents
        let old = previous?.retrievers[.hybrid] as? HybridRetriever
        let documents = try await EmbeddedDocuments.make(
            functions, encoder: encoder, previous: old?.documents, cache: cache)
        let embedding = EmbeddingRetriever(documents)
        var retrievers: [RetrieverKind: any Retriever] = [
            .embedding: embedding, .hybrid: HybridRetriever(documents),
        ]
        if let describer {
            retrievers[.description] = DescriptionRetriever(
                stage: describer, documents, isAlone: findsByDescriptionAlone)
        }
        if let classifier = classifiers[pool.name] {
            do throws(ClassifierError) {
                retrievers[.classifier] = try classifier.retriever(for: functions, encoder: encoder)
            } catch {
                retrievers[.classifier] = RefusingRetriever(reason: error)
            }
        }
        return retrievers
    }
}

extension IndexedPool {
    /// A pool with all retrievers that `indexing` can make.
    public static func make(
        _ pool: FunctionPool, _ indexing: PoolIndexing, previous: IndexedPool? = nil
    ) async throws -> IndexedPool {
        IndexedPool(pool, others: try await indexing.retrievers(for: pool, previous: previous))
    }
}

/// A retriever that cannot work: throws its reason for every query.
struct RefusingRetriever: Retriever {
    let reason: ClassifierError

    func candidates(for query: RetrievalQuery, limit: Int) async throws -> [Candidate] {
        throw FunctionCallError.unavailable(field: "retriever", message: reason.description)
    }
}
