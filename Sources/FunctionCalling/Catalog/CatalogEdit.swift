import Digests
import Functions
import Knowledge

/// One change that a caller asks for.
public enum CatalogEdit: Sendable {
    /// The whole pool, new or instead of the old.
    case putPool(FunctionPool)
    case deletePool(String)
    case putFunction(FunctionDefinition, pool: String)
    case deleteFunction(String, pool: String)
    case putTerm(KnowledgeTerm)
    case deleteTerm(String)
}

/// A condition on the version that an edit changes (RFC 9110, 13.1.1 and 13.1.2).
public struct Precondition: Sendable, Hashable {
    /// Any version, or one of some.
    public enum Tags: Sendable, Hashable {
        /// `*`
        case any
        /// Fingerprints' texts.
        case these([String])
    }

    public var ifMatch: Tags?
    public var ifNoneMatch: Tags?

    /// `If-Match` and `If-None-Match` of a request.
    public init(ifMatch: Tags? = nil, ifNoneMatch: Tags? = nil) {
        (self.ifMatch, self.ifNoneMatch) = (ifMatch, ifNoneMatch)
    }

    public static let none = Precondition()

    /// - Parameter current: the thing's tag; nil where there is none. Asked for only if it matters.
    package func holds(_ current: () -> Fingerprint?) -> Bool {
        guard ifMatch != nil || ifNoneMatch != nil else { return true }
        let current = current()?.text
        return (ifMatch.map { Self.matches($0, current) } ?? true)
            && !(ifNoneMatch.map { Self.matches($0, current) } ?? false)
    }

    /// Whether the version that is there is among those named.
    private static func matches(_ tags: Tags, _ current: String?) -> Bool {
        switch tags {
        case .any: current != nil
        case .these(let tags): current.map { tags.contains($0) } ?? false
        }
    }
}

/// A change that was made.
public struct EditResult: Sendable, Hashable {
    public let isNew: Bool
    /// Of what was put; nil after a deletion.
    public let tag: Fingerprint?

    package init(isNew: Bool, tag: Fingerprint?) { (self.isNew, self.tag) = (isNew, tag) }
}

/// Why a change was not made.
public enum CatalogError: Error, Hashable, CustomStringConvertible {
    case unknownPool(String, known: [String])
    case unknownFunction(String, pool: String)
    case unknownTerm(String)
    case unknownAdapter(String)
    /// - Parameter current: the tag now; nil where there is nothing.
    case preconditionFailed(what: String, current: String?)

    public var description: String {
        switch self {
        case .unknownPool(let name, let known): FunctionCallError.unknownPool(name, known: known).description
        case .unknownFunction(let name, let pool):
            "the pool \(pool) has no function \"\(name)\"; GET /v1/pools/\(pool) lists them"
        case .unknownTerm(let name): "no term is \"\(name)\"; GET /v1/knowledge lists them"
        case .unknownAdapter(let name): "no adapter is named \"\(name)\"; GET /v1/tuned lists them"
        case .preconditionFailed(let what, let current?):
            "\(what) has changed: its ETag is \"\(current)\" now. Read it again and apply the change to that"
        case .preconditionFailed(let what, nil):
            "\(what) does not exist, so no If-Match can hold; leave it out to make it"
        }
    }
}
