/// What is wrong with a file of a user, as a sentence: which file, which line, what.
public struct DocumentError: Error, Hashable, CustomStringConvertible {
    public let path: String
    /// From 1; nil for the file as a whole.
    public let line: Int?
    public let reason: String

    package init(path: String, line: Int? = nil, reason: String) {
        (self.path, self.line, self.reason) = (path, line, reason)
    }

    public var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)" }
}
