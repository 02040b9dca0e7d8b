/// What was said before a request, by whom.
public struct DialogueTurn: Sendable, Hashable {
    public enum Role: String, Sendable, CaseIterable { case user, assistant, system }
    public var role: Role
    public var content: String

    /// A turn as the client sent it.
    public init(role: Role, content: String) { (self.role, self.content) = (role, content) }
}
