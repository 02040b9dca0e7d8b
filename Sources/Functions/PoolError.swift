/// What is wrong with a pool: where it stands, what it is, what to do.
public struct PoolError: Error, Hashable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        case unreadable, notADocument, wrongShape, badName, reservedName, duplicateName, badSchema, tooLarge, full
    }

    public let reason: Reason
    /// File or request field, e.g. `Config/pools/smart-home.yaml`; empty where there is none.
    public var source: String
    /// Name of the function, where the fault is in one that has a name.
    public var function: String?
    /// JSON Pointer (RFC 6901) from the document's root.
    public var pointer: String
    public let message: String

    public init(_ reason: Reason, pointer: String = "", function: String? = nil, source: String = "", _ message: String)
    {
        (self.reason, self.pointer, self.function) = (reason, pointer, function)
        (self.source, self.message) = (source, message)
    }

    /// A function of a file whose schema decoding cannot enforce.
    package init(_ error: UnenforceableSchema, source: String) {
        let pointer = error.index.map { "/functions/\($0)\(error.pointer)" } ?? error.pointer
        self.init(
            .badSchema, pointer: pointer, function: error.function, source: source,
            "cannot be enforced: \(error.message)")
    }

    /// The same error, of a file or field that is known further out.
    package func inSource(_ source: String) -> PoolError {
        var error = self
        error.source = source
        return error
    }

    /// The same error with the pointer to what holds the document.
    package func below(_ pointer: String, function: String? = nil) -> PoolError {
        var error = self
        error.pointer = pointer + self.pointer
        error.function = self.function ?? function
        return error
    }

    public var description: String {
        var text = source.isEmpty ? "" : "\(source): "
        if let function { text += "function \(function): " }
        if !pointer.isEmpty { text += "\(pointer): " }
        return text + message
    }
}
