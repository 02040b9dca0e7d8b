import Documents

/// A document of a user, YAML or JSON.
package enum DocumentReader {
    /// - Parameter isYAML: nil: as the file's name says; what is not named JSON is read as YAML, of which JSON is a part.
    /// - Throws: with the file as the error's source.
    package static func read(path: String, isYAML: Bool? = nil) throws(PoolError) -> JSONValue {
        let bytes: [UInt8]
        do throws(DocumentError) {
            bytes = try InputFile.bytes(path, limit: YAMLDocument.maximumBytes)
        } catch {
            throw PoolError(.unreadable, source: error.path, error.reason)
        }
        do throws(PoolError) {
            return try read(bytes, isYAML: isYAML ?? !path.lowercased().hasSuffix(".json"))
        } catch {
            throw error.inSource(path)
        }
    }

    package static func read(_ bytes: [UInt8], isYAML: Bool) throws(PoolError) -> JSONValue {
        guard bytes.count <= YAMLDocument.maximumBytes else {
            throw PoolError(.tooLarge, "more than \(YAMLDocument.maximumBytes >> 20) MiB; split it")
        }
        do {
            guard isYAML else { return try JSONValue(parsing: bytes) }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw YAMLError(message: "not UTF-8; save the file as UTF-8")
            }
            return try YAMLDocument.parse(text)
        } catch {
            throw PoolError(.notADocument, "\(error)")
        }
    }
}
