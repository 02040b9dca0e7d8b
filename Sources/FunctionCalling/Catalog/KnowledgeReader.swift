import Documents
import Foundation
import Functions

extension KnowledgeTerm {
    /// Terms of a YAML or JSON file: `{"terms": [{…}, …]}`.
    public static func load(path: String) throws -> [KnowledgeTerm] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw PoolError(.unreadable, source: path, "cannot be read: \(error.localizedDescription)")
        }
        let isYAML = !path.lowercased().hasSuffix(".json")
        do {
            return try list(json: DocumentReader.read([UInt8](data), isYAML: isYAML))
        } catch let error as FieldError {
            throw PoolError(.wrongShape, source: path, error.message)
        } catch var error as PoolError {
            error.source = path
            throw error
        }
    }
}
