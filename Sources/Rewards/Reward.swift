/// What an answer is worth, and why.
public struct Reward: Sendable, Hashable {
    /// A part of a reward, by its name in logs.
    public struct Part: Sendable, Hashable {
        public let name: String
        public let value: Double

        public init(_ name: String, _ value: Double) { (self.name, self.value) = (name, value) }
    }

    /// The sum of the parts.
    public let value: Double
    public let parts: [Part]
    /// The answer is right: what trainers filter groups of answers by.
    public let isRight: Bool
    /// Why, for people.
    public let detail: String

    /// A reward that is the sum of its parts.
    public init(parts: [Part], isRight: Bool, detail: String) {
        value = parts.reduce(0) { $0 + $1.value }
        (self.parts, self.isRight, self.detail) = (parts, isRight, detail)
    }

    public subscript(part: String) -> Double? { parts.first { $0.name == part }?.value }
}
