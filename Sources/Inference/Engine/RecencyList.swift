/// Numbered things in the order of their last use: append, remove and take the oldest in constant time.
package struct RecencyList {
    private static let none: Int32 = -1
    private var previous: [Int32]
    private var next: [Int32]
    private var isIn: [Bool]
    private var first = none
    private var last = none
    package private(set) var count = 0

    /// - Parameter capacity: numbers are below it.
    package init(capacity: Int) {
        previous = Array(repeating: Self.none, count: capacity)
        next = previous
        isIn = Array(repeating: false, count: capacity)
    }

    /// Whether a number is in the list.
    package func contains(_ number: Int32) -> Bool { isIn.indices.contains(Int(number)) && isIn[Int(number)] }

    /// Adds a number as the most recently used.
    package mutating func append(_ number: Int32) {
        precondition(!isIn[Int(number)], "\(number) is in the list already")
        isIn[Int(number)] = true
        previous[Int(number)] = last
        next[Int(number)] = Self.none
        if last == Self.none { first = number } else { next[Int(last)] = number }
        last = number
        count += 1
    }

    /// Takes a number out, wherever it stands.
    package mutating func remove(_ number: Int32) {
        precondition(isIn[Int(number)], "\(number) is not in the list")
        isIn[Int(number)] = false
        let (before, after) = (previous[Int(number)], next[Int(number)])
        if before == Self.none { first = after } else { next[Int(before)] = after }
        if after == Self.none { last = before } else { previous[Int(after)] = before }
        count -= 1
    }

    /// Takes the one whose last use lies furthest back.
    package mutating func popFirst() -> Int32? {
        guard first != Self.none else { return nil }
        let number = first
        remove(number)
        return number
    }

    /// The least recently used first. At most as many as there are numbers, even if the links are damaged.
    package var elements: [Int32] {
        var all: [Int32] = []
        var number = first
        while number != Self.none, all.count <= isIn.count {
            all.append(number)
            number = next[Int(number)]
        }
        return all
    }
}
