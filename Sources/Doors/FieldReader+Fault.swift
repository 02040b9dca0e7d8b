import Documents

extension FieldReader {
    /// - Parameter what: of a field's value, behind its path.
    func fault(_ name: String, _ what: String, _ reason: FieldError.Reason = .outOfRange) -> FieldError {
        FieldError(path: path(of: name), reason: reason, message: "\(path(of: name)) \(what)")
    }
}
