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

    public var description: String {
        var text = source.isEmpty ? "" : "\(source): "
        if let function { text += "function \(function): " }
        if !pointer.isEmpty { text += "\(pointer): " }
        return text + message
    }
}

/// Parts of a JSON Pointer.
enum JSONPointer {
    static func token(_ name: String) -> String {
        name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
