/// A turn of a dialogue before the query.
public struct Turn: Sendable, Hashable {
    public enum Role: String, Sendable, Hashable { case system, user, assistant }

    public var role: Role, content: String

    public init(role: Role, content: String) { (self.role, self.content) = (role, content) }
}
