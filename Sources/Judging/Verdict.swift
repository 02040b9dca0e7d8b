/// Whether an answer does what the user asked for.
public enum Verdict: Int, Sendable, Hashable {
    case wrong = 0, right = 1
}
