import Documents

/// A document of a user, YAML or JSON.
package enum DocumentReader {
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
