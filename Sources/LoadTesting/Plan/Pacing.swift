import DequeModule
import Digests
import Foundation

/// Which slot sends when. Times in seconds from the point's start.
package protocol Pacing {
    /// A slot that sends now, and when its request was planned.
    mutating func next(at now: Double) -> (slot: Int, planned: Double)?
    /// A slot's request is over. `rest`: seconds until the slot may send again.
    mutating func freed(_ slot: Int, at now: Double, rest: Double)
    /// When to ask again; nil: not before a slot is freed.
    var wake: Double? { get }
    /// No request will follow.
    var isOver: Bool { get }
    /// Requests that were planned and wait for a free slot.
    var backlog: Int { get }
    /// An open loop has planned its last request, at that moment.
    var lastPlanned: Double? { get }
    /// Gives up what waits for a slot: when each was planned.
    mutating func takeBacklog() -> [Double]
}

/// A closed loop: a slot sends as soon as it is free.
package struct ClosedPacing: Pacing {
    private let clients: Int, pace: LoadPace
    /// Slots that may send, by the moment from which on; the last is the first.
    private var waiting: [(moment: Double, slot: Int)]
    private var sent = 0
    package private(set) var isOver = false

    package init(clients: Int, _ pace: LoadPace) {
        (self.clients, self.pace) = (clients, pace)
        waiting = (0..<clients).reversed().map { (pace.ramp * Double($0) / Double(clients), $0) }
    }

    package let backlog = 0
    package let lastPlanned: Double? = nil
    package func takeBacklog() -> [Double] { [] }
    package var wake: Double? { isOver ? nil : waiting.last?.moment }

    package mutating func next(at now: Double) -> (slot: Int, planned: Double)? {
        guard !isOver, let first = waiting.last, first.moment <= now else { return nil }
        guard pace.wantsMore(after: now, sent: sent, clients: clients) else {
            isOver = true
            return nil
        }
        waiting.removeLast()
        sent += 1
        return (first.slot, now)
    }

    package mutating func freed(_ slot: Int, at now: Double, rest: Double) {
        let moment = now + rest
        var place = waiting.count
        while place > 0, waiting[place - 1].moment < moment { place -= 1 }
        waiting.insert((moment, slot), at: place)
    }
}

/// An open loop: requests are planned by the clock alone; those for which no slot is free wait, and the wait counts
/// (Gil Tene's coordinated omission is what leaves it out).
package struct OpenPacing: Pacing {
    private let rate: Double, arrivals: Arrivals, pace: LoadPace
    private var random: SplitMix64
    private var upcoming: Double
    private var planned = 0, last = 0.0
    private var waiting: Deque<Double> = []
    /// The one that was free last is warm.
    private var free: [Int]

    package init(rate: Double, _ arrivals: Arrivals, _ pace: LoadPace, slots: Int, seed: UInt64) {
        (self.rate, self.arrivals, self.pace, upcoming) = (rate, arrivals, pace, 0)
        random = SplitMix64(seed)
        free = (0..<slots).reversed().map { $0 }
        upcoming = arrivals == .poisson ? gap() : 0
    }

    package var backlog: Int { waiting.count }
    private var isPlanned: Bool { pace.count.map { planned >= $0 } ?? (upcoming >= pace.seconds) }
    package var isOver: Bool { isPlanned && waiting.isEmpty }
    package var lastPlanned: Double? { isPlanned ? last : nil }
    package var wake: Double? { isPlanned ? nil : upcoming }

    package mutating func next(at now: Double) -> (slot: Int, planned: Double)? {
        while !isPlanned, upcoming <= now {
            waiting.append(upcoming)
            (planned, last) = (planned + 1, upcoming)
            let isExact = arrivals == .constant && pace.ramp == 0
            upcoming = isExact ? Double(planned) / rate : upcoming + gap()
        }
        guard !free.isEmpty, let first = waiting.popFirst() else { return nil }
        return (free.removeLast(), first)
    }

    package mutating func freed(_ slot: Int, at now: Double, rest: Double) { free.append(slot) }

    package mutating func takeBacklog() -> [Double] {
        defer { waiting = [] }
        return Array(waiting)
    }

    /// To the request after the next, in seconds.
    private mutating func gap() -> Double {
        let share = pace.ramp > 0 ? min(1, max(0.02, upcoming / pace.ramp)) : 1
        switch arrivals {
        case .constant: return 1 / (rate * share)
        case .poisson:
            // (0, 1]: the logarithm of 0 is none.
            let uniform = (Double(random.next() >> 11) + 1) / Double(1 << 53)
            return -log(uniform) / (rate * share)
        }
    }
}
