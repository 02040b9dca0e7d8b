import TestSupport
import Testing

import HTTPServer

/// A connection's states: every event in every phase, and random events against the flags that the phases stand for.
@Suite struct HTTP1StateTests {
    typealias Action = HTTP1State.Action
    typealias Phase = HTTP1State.Phase

    /// Events as values, so that tables and random runs can hold them.
    enum Event: CaseIterable {
        case head, headOfLast, bodyHeldBack, bodyHeldBackRefused, bodyOnItsWay, requestEnd, failure
        case wholeAnswer, lastAnswer, streamedAnswer, streamEnd, streamAbort
        case inputEnd, inputUsedUp, inputUsedUpWithoutRoom, drainAtRest, drainInHead, timeOutAtRest, timeOutInHead,
            close
    }

    /// - Returns: what the state says is to be done; an answer that nobody awaits does nothing.
    static func send(_ event: Event, to state: inout HTTP1State) -> Action {
        func answer(isStreaming: Bool, keepsAlive: Bool) -> Action {
            guard let mayStay = state.answerBegins(isLast: false, inputIsEmpty: true) else { return .nothing }
            return state.answered(isStreaming: isStreaming, keepsAlive: mayStay && keepsAlive)
        }
        switch event {
        case .head: state.headArrived(keepsAlive: true)
        case .headOfLast: state.headArrived(keepsAlive: false)
        case .bodyHeldBack: return state.bodyIsHeldBack(isRefused: false, inputIsEmpty: true)
        case .bodyHeldBackRefused: return state.bodyIsHeldBack(isRefused: true, inputIsEmpty: true)
        case .bodyOnItsWay: return state.bodyIsHeldBack(isRefused: false, inputIsEmpty: false)
        case .requestEnd: return state.requestEnded()
        case .failure: state.requestFailed()
        case .wholeAnswer: return answer(isStreaming: false, keepsAlive: true)
        case .lastAnswer: return answer(isStreaming: false, keepsAlive: false)
        case .streamedAnswer: return answer(isStreaming: true, keepsAlive: true)
        case .streamEnd: return state.streamEnded()
        case .streamAbort: return state.streamAborted()
        case .inputEnd: return state.inputEnded()
        case .inputUsedUp: return state.inputUsedUp(hasRoom: true)
        case .inputUsedUpWithoutRoom: return state.inputUsedUp(hasRoom: false)
        case .drainAtRest: return state.drain(isAtRest: true)
        case .drainInHead: return state.drain(isAtRest: false)
        case .timeOutAtRest: return state.timedOut(isAtRest: true)
        case .timeOutInHead: return state.timedOut(isAtRest: false)
        case .close: state.closed()
        }
        return .nothing
    }

    /// How each phase is reached.
    static let ways: [(Phase, [Event])] = [
        (.head, []), (.body, [.head]), (.running, [.head, .requestEnd]),
        (.streaming, [.head, .requestEnd, .streamedAnswer]), (.over, [.close]),
    ]

    /// What an event does where it does anything; everywhere else it changes no phase and asks for nothing.
    static let table: [(Phase, Event, Action, Phase)] = [
        (.head, .head, .nothing, .body), (.head, .headOfLast, .nothing, .body),
        (.body, .bodyHeldBack, .sendContinue, .body), (.body, .bodyHeldBackRefused, .run, .running),
        (.body, .requestEnd, .run, .running),
        (.head, .failure, .nothing, .running), (.body, .failure, .nothing, .running),
        (.running, .wholeAnswer, .nothing, .head), (.running, .lastAnswer, .end(linger: true), .over),
        (.running, .streamedAnswer, .nothing, .streaming),
        (.streaming, .streamEnd, .nothing, .head), (.streaming, .streamAbort, .abort(.failed), .over),
        (.head, .inputEnd, .advance, .head), (.body, .inputEnd, .advance, .body),
        (.running, .inputEnd, .cancelHandler, .running), (.streaming, .inputEnd, .cancelHandler, .streaming),
        (.head, .drainAtRest, .shortenIdle, .head),
        (.head, .timeOutAtRest, .close, .head), (.head, .timeOutInHead, .refuse(.headerTimeout), .head),
        (.body, .timeOutAtRest, .refuse(.bodyTimeout), .body), (.body, .timeOutInHead, .refuse(.bodyTimeout), .body),
        (.head, .close, .nothing, .over), (.body, .close, .nothing, .over), (.running, .close, .nothing, .over),
        (.streaming, .close, .nothing, .over),
    ]

    @Test("every event in every phase", arguments: ways) func everyTransition(_ phase: Phase, way: [Event]) {
        for event in Event.allCases {
            var state = HTTP1State()
            for step in way { _ = Self.send(step, to: &state) }
            #expect(state.phase == phase)
            let known = Self.table.first { $0.0 == phase && $0.1 == event }
            let action = Self.send(event, to: &state)
            #expect(action == known?.2 ?? .nothing, "\(event) in \(phase)")
            #expect(state.phase == known?.3 ?? phase, "\(event) in \(phase)")
        }
    }

    /// Events, then the action of the last one.
    static let histories: [([Event], Action)] = [
        // The client's last request, one that cannot be read, and one whose body was never asked for end the connection.
        ([.headOfLast, .requestEnd, .wholeAnswer], .end(linger: true)),
        ([.failure, .wholeAnswer], .end(linger: true)),
        ([.head, .bodyHeldBackRefused, .wholeAnswer], .end(linger: true)),
        // While draining every answer is the last, a streamed one too.
        ([.drainInHead, .head, .requestEnd, .wholeAnswer], .end(linger: true)),
        ([.drainInHead, .head, .requestEnd, .streamedAnswer, .streamEnd], .end(linger: true)),
        // A client that stops sending: silence ends the connection, a request in progress is cancelled and still answered.
        ([.inputEnd, .inputUsedUp], .end(linger: false)),
        ([.head, .inputEnd, .inputUsedUp], .end(linger: false)),
        ([.inputEnd, .inputUsedUpWithoutRoom], .nothing),
        ([.head, .requestEnd, .inputEnd, .wholeAnswer], .end(linger: true)),
        ([.head, .requestEnd, .streamedAnswer, .inputEnd, .streamAbort], .abort(.disconnected)),
        ([.head, .requestEnd, .wholeAnswer, .head, .requestEnd], .run),
    ]

    @Test(arguments: histories) func history(_ events: [Event], action: Action) {
        var state = HTTP1State()
        var last = Action.nothing
        for event in events { last = Self.send(event, to: &state) }
        #expect(last == action)
    }

    @Test func theLastRequestOfAConnectionIsSaidSo() {
        var state = HTTP1State()
        state.headArrived(keepsAlive: true)
        _ = state.requestEnded()
        let first = state.answerBegins(isLast: true, inputIsEmpty: true)
        let second = state.answerBegins(isLast: false, inputIsEmpty: true)
        #expect(first == false && second == false, "it stays said")
        #expect(state.requests == 1)
    }

    /// What is awaited: events, whether bytes are there, whether there is room.
    static let awaited: [([Event], Bool, Bool, HTTP1State.Waiting)] = [
        ([], true, true, .firstByte), ([], false, true, .head), ([], true, false, .nothing),
        ([.head], true, true, .body), ([.head], false, false, .body),
        ([.head, .requestEnd], true, true, .nothing),
        ([.head, .requestEnd, .streamedAnswer], true, true, .nothing),
        ([.head, .requestEnd, .wholeAnswer], true, true, .idle),
        ([.head, .requestEnd, .wholeAnswer], false, true, .head), ([.close], true, true, .nothing),
    ]

    @Test(arguments: awaited)
    func awaits(_ events: [Event], isAtRest: Bool, hasRoom: Bool, waiting: HTTP1State.Waiting) {
        var state = HTTP1State()
        for event in events { _ = Self.send(event, to: &state) }
        let isNew = state.awaitNext(isAtRest: isAtRest, hasRoom: hasRoom)
        #expect(state.waiting == waiting && isNew == (waiting != .firstByte))
        let isNewAgain = state.awaitNext(isAtRest: isAtRest, hasRoom: hasRoom)
        #expect(!isNewAgain, "the same again begins no new time")
    }

    /// The flags that a connection was before it was a value.
    private struct Flags {
        var hasRequest = false, isRunning = false, isStreaming = false, isOver = false
        var keepsAlive = true, inputHasEnded = false, isDraining = false

        var phase: Phase {
            if isOver { return .over }
            if isStreaming { return .streaming }
            return isRunning ? .running : hasRequest ? .body : .head
        }

        mutating func send(_ event: Event) -> Action {
            if isOver {
                if event == .inputEnd { inputHasEnded = true }
                if event == .drainAtRest || event == .drainInHead { isDraining = true }
                return .nothing
            }
            switch event {
            case .head, .headOfLast:
                guard !hasRequest, !isRunning else { return .nothing }
                (hasRequest, keepsAlive) = (true, event == .head)
            case .bodyHeldBack: return hasRequest && !isRunning ? .sendContinue : .nothing
            case .bodyOnItsWay: return .nothing
            case .bodyHeldBackRefused, .requestEnd:
                guard hasRequest, !isRunning else { return .nothing }
                isRunning = true
                if event == .bodyHeldBackRefused { keepsAlive = false }
                return .run
            case .failure:
                guard !isRunning else { return .nothing }
                (hasRequest, isRunning, keepsAlive) = (true, true, false)
            case .wholeAnswer, .lastAnswer, .streamedAnswer:
                guard isRunning, !isStreaming else { return .nothing }
                if isDraining || inputHasEnded || event == .lastAnswer { keepsAlive = false }
                if event != .streamedAnswer { return answered() }
                isStreaming = true
            case .streamEnd: return isStreaming ? answered() : .nothing
            case .streamAbort:
                guard isStreaming else { return .nothing }
                isOver = true
                return .abort(inputHasEnded ? .disconnected : .failed)
            case .inputEnd:
                inputHasEnded = true
                guard isRunning else { return .advance }
                keepsAlive = false
                return .cancelHandler
            case .inputUsedUp:
                guard !isRunning, inputHasEnded else { return .nothing }
                isOver = true
                return .end(linger: false)
            case .inputUsedUpWithoutRoom: return .nothing
            case .drainAtRest, .drainInHead:
                isDraining = true
                return event == .drainAtRest && !hasRequest ? .shortenIdle : .nothing
            case .timeOutAtRest, .timeOutInHead:
                if isRunning { return .nothing }
                if hasRequest { return .refuse(.bodyTimeout) }
                return event == .timeOutAtRest ? .close : .refuse(.headerTimeout)
            case .close: isOver = true
            }
            return .nothing
        }

        private mutating func answered() -> Action {
            (hasRequest, isRunning, isStreaming) = (false, false, false)
            isOver = !keepsAlive
            return keepsAlive ? .nothing : .end(linger: true)
        }
    }

    @Test("property: random events do what the flags did", arguments: UInt64(0)..<300) func law(seed: UInt64) {
        var random = SeededGenerator(seed)
        var (state, flags) = (HTTP1State(), Flags())
        var told: [Event] = []
        for _ in 0..<60 {
            // Ends are rare, so that runs are long.
            let rare: [Event] = [.close, .inputEnd, .drainAtRest, .drainInHead, .lastAnswer, .headOfLast, .failure]
            var event = Event.allCases.randomElement(using: &random) ?? .head
            if rare.contains(event), Int.random(in: 0..<6, using: &random) > 0 { event = .head }
            told.append(event)
            let (action, expected) = (Self.send(event, to: &state), flags.send(event))
            #expect(action == expected, "\(told)")
            #expect(state.phase == flags.phase, "\(told)")
            if state.phase != .over { #expect(state.keepsAlive == flags.keepsAlive, "\(told)") }
        }
    }

    @Test("a state is a few bytes: nothing of it is on the heap") func isSmall() {
        #expect(MemoryLayout<HTTP1State>.size <= 24 && _isPOD(HTTP1State.self))
    }
}
