import FunctionCalling
import Inference
import Logging
import Tokenization

/// Keeps the fixed parts of all pools' prompts in the cache, so that the first client finds them there: from disk where an
/// earlier server left them, else computed in the background behind every request.
package struct PoolWarming: Sendable {
    let pipeline: Pipeline
    let engine: Engine
    /// nil: they are computed at every start.
    let folder: PrefixFolder?
    /// Of model and formats.
    let identity: String
    let logger: Logger

    package init(pipeline: Pipeline, engine: Engine, folder: PrefixFolder?, identity: String, logger: Logger) {
        (self.pipeline, self.engine, self.folder) = (pipeline, engine, folder)
        (self.identity, self.logger) = (identity, logger)
    }

    /// All pools, one after the other.
    package func run() async {
        for pool in pipeline.catalog.poolNames {
            do {
                let prefix = try await pipeline.fixedPrefix(ofPool: pool)
                guard !prefix.isEmpty else { continue }
                let restored = await restored(prefix, pool)
                let kept = restored > 0 ? restored : try await computed(prefix, pool)
                logger.debug(
                    "warm",
                    metadata: [
                        "pool": "\(pool)", "prefix": "\(prefix.count)", "kept": "\(kept)",
                        "from_disk": "\(restored > 0)",
                    ])
            } catch {
                logger.warning("a pool was not warmed", metadata: ["pool": "\(pool)", "error": "\(error)"])
            }
        }
    }

    /// Tokens that are kept of what lies on disk; 0: nothing does, or it is of no use.
    private func restored(_ prefix: [TokenID], _ pool: String) async -> Int {
        guard let folder else { return 0 }
        do {
            guard let saved = try folder.read(prefix, identity: identity) else { return 0 }
            return await engine.restore(saved, as: pool)
        } catch {
            logger.warning("a computed prefix was not used", metadata: ["pool": "\(pool)", "error": "\(error)"])
            return 0
        }
    }

    private func computed(_ prefix: [TokenID], _ pool: String) async throws -> Int {
        let kept = try await engine.pin(prefix, as: pool)
        // What is short is computed faster than it is read.
        guard let folder, kept >= Self.worthKeeping, let saved = await engine.copy(ofPinned: pool, prefix) else {
            return kept
        }
        do {
            try folder.write(saved, of: prefix, identity: identity)
        } catch {
            logger.warning("a computed prefix was not kept", metadata: ["pool": "\(pool)", "error": "\(error)"])
        }
        return kept
    }

    /// Tokens from which on a file is written.
    private static let worthKeeping = 512
}
