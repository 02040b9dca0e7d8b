/// What a teacher says of the completions of a training.
package protocol TeacherTokens: Sendable {
    /// - Parameter token: of a completion whose teacher is known.
    func teacher(of token: TaughtToken) -> TeacherToken
}
