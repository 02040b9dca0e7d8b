import Documents
import Functions

extension KnowledgeTerm {
    /// Terms of a YAML or JSON file: `{"terms": [{…}, …]}`.
    public static func load(path: String) throws -> [KnowledgeTerm] {
        let document = try DocumentReader.read(path: path)
        do {
            return document.isNull ? [] : try list(json: document)
        } catch let error as FieldError {
            throw PoolError(.wrongShape, source: path, error.message)
        } catch var error as PoolError {
            error.source = path
            throw error
        }
    }
}
