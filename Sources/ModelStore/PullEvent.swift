import Foundation
import Synchronization

/// An event of a pull that is going on.
public enum PullEvent: Sendable, Hashable {
    /// A sentence without line end.
    case note(String)
    /// `done` of `total` bytes of `file`; comes often.
    case progress(file: String, done: Int, total: Int)
    /// `done` of `total` bytes of `file` hashed; a few hundred MB a second or more.
    case checking(file: String, done: Int, total: Int)
}

/// Shows events: on a terminal a bar that redraws itself, elsewhere a plain line for each tenth of a file.
public final class PullDisplay: Sendable {
    private struct State {
        var isBarShown = false, tenth = -1, work = ""
        var start = ContinuousClock.now, drawn = ContinuousClock.now - .seconds(1), startBytes = 0
    }
    private let isTerminal: Bool
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    public init(
        isTerminal: Bool = isatty(STDERR_FILENO) == 1,
        write: @escaping @Sendable (String) -> Void = { FileHandle.standardError.write(Data($0.utf8)) }
    ) {
        (self.isTerminal, self.write) = (isTerminal, write)
    }

    public func show(_ event: PullEvent) {
        let text = state.withLock { state in
            switch event {
            case .note(let text):
                defer { state.isBarShown = false }
                return (state.isBarShown ? "\r\u{1B}[K" : "") + text + "\n"
            case .progress(let file, let done, let total):
                begin(file, done, &state)
                return isTerminal ? bar(done, total, &state) : line(done, total, &state)
            case .checking(let file, let done, let total):
                begin("checking " + file, done, &state)
                return isTerminal ? bar(done, total, &state) : ""
            }
        }
        if !text.isEmpty { write(text) }
    }

    private func begin(_ work: String, _ done: Int, _ state: inout State) {
        guard state.work != work else { return }
        (state.work, state.tenth, state.start, state.startBytes) = (work, -1, .now, done)
    }

    private func bar(_ done: Int, _ total: Int, _ state: inout State) -> String {
        let now = ContinuousClock.now
        guard now - state.drawn > .milliseconds(100) || done == total else { return "" }
        (state.drawn, state.isBarShown) = (now, true)
        let width = 30, filled = total > 0 ? min(width, width * done / total) : width
        let seconds = max(0.001, (now - state.start) / .seconds(1))
        let rate = Double(done - state.startBytes) / seconds / 1e6
        let bar = String(repeating: "=", count: filled) + String(repeating: " ", count: width - filled)
        let amount = "\(done / 1_000_000) of \(total / 1_000_000) MB"
        return "\r\u{1B}[K[\(bar)] \(amount), \(String(format: "%.0f", rate)) MB/s"
    }

    private func line(_ done: Int, _ total: Int, _ state: inout State) -> String {
        let tenth = total > 0 ? min(10, done * 10 / total) : 10
        guard tenth > state.tenth else { return "" }
        defer { state.tenth = tenth }
        return tenth > 0 ? "\(state.work): \(tenth * 10) % of \(total / 1_000_000) MB\n" : ""
    }
}
