/// What a prompt says of the calendar where its functions need one.
public enum CalendarLines: Sendable, Hashable {
    /// Now, and the dates of the coming days.
    case days
    /// Now alone: what was said of days is told beside it.
    case now
    /// Nothing.
    case none

    /// Days that everybody has to be told are told to few functions only; of all functions some need them always, and where
    /// nothing is said of time none does.
    init(_ layout: PromptLayout, said: String) {
        switch layout {
        case .joint: self = .days
        case .pool: self = .now
        case .names: self = said.isEmpty ? .none : .now
        }
    }
}
