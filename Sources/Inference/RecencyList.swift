/// Blocks in the order of their last use: append, remove and take the oldest in constant time.
struct RecencyList {
    private static let none: BlockID = -1
    private var previous: [BlockID]
    private var next: [BlockID]
    private var isIn: [Bool]
    private var first = none
    private var last = none
    private(set) var count = 0

    init(capacity: Int) {
        previous = Array(repeating: Self.none, count: capacity)
        next = previous
        isIn = Array(repeating: false, count: capacity)
    }

    mutating func append(_ block: BlockID) {
        precondition(!isIn[Int(block)], "block \(block) is in the list already")
        isIn[Int(block)] = true
        previous[Int(block)] = last
        next[Int(block)] = Self.none
        if last == Self.none { first = block } else { next[Int(last)] = block }
        last = block
        count += 1
    }

    mutating func remove(_ block: BlockID) {
        precondition(isIn[Int(block)], "block \(block) is not in the list")
        isIn[Int(block)] = false
        let (before, after) = (previous[Int(block)], next[Int(block)])
        if before == Self.none { first = after } else { next[Int(before)] = after }
        if after == Self.none { last = before } else { previous[Int(after)] = before }
        count -= 1
    }

    mutating func popFirst() -> BlockID? {
        guard first != Self.none else { return nil }
        let block = first
        remove(block)
        return block
    }

    var elements: [BlockID] {
        var all: [BlockID] = []
        var block = first
        while block != Self.none {
            all.append(block)
            block = next[Int(block)]
        }
        return all
    }
}
