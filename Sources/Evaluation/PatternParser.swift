/// Reads a regular expression into a tree (the subset of ECMA 262 that `SchemaPattern` names).
struct PatternParser {
    indirect enum Node {
        case set(SchemaPattern.CharacterSet), start, end
        case sequence([Node]), choice([Node])
        /// `most` nil: without end.
        case repeated(Node, least: Int, most: Int?)
    }

    private typealias Refusal = SchemaPattern.Refusal
    private let scalars: [UInt32]
    private var position = 0
    private var depth = 0

    init(_ scalars: [UInt32]) { self.scalars = scalars }

    var isAtEnd: Bool { position == scalars.count }

    mutating func alternatives() throws(SchemaPattern.Refusal) -> Node {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 32 else { throw Refusal(reason: "its groups nest more than 32 deep") }
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(SchemaPattern.Refusal) -> Node {
        var nodes: [Node] = []
        while let next = peek, next != "|", next != ")" { nodes.append(try repeated(try atom())) }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    private var peek: Unicode.Scalar? { position < scalars.count ? Unicode.Scalar(scalars[position]) : nil }

    private mutating func next() throws(SchemaPattern.Refusal) -> UInt32 {
        guard position < scalars.count else { throw Refusal(reason: "it ends in the middle") }
        position += 1
        return scalars[position - 1]
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        position += 1
        return true
    }

    private mutating func atom() throws(SchemaPattern.Refusal) -> Node {
        let scalar = try next()
        switch Unicode.Scalar(scalar) {
        case "^": return .start
        case "$": return .end
        case ".": return .set(.init(ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isNegated: true))
        case "[": return .set(try characterClass())
        case "\\": return .set(try escape(inClass: false))
        case "(":
            if take("?"), !take(":") { throw Refusal(reason: "(? is known as (?: only") }
            let node = try alternatives()
            guard take(")") else { throw Refusal(reason: "a ( is not closed") }
            return node
        case "*", "+", "?": throw Refusal(reason: "a repetition has nothing before it")
        default: return .set(.init(ranges: [scalar...scalar]))
        }
    }

    private mutating func repeated(_ node: Node) throws(SchemaPattern.Refusal) -> Node {
        let (least, most): (Int, Int?)
        if take("*") {
            (least, most) = (0, nil)
        } else if take("+") {
            (least, most) = (1, nil)
        } else if take("?") {
            (least, most) = (0, 1)
        } else if peek == "{" {
            let start = position
            position += 1
            let low = number()
            var high = low
            if take(",") { high = number() }
            guard let low, take("}") else {  // a brace as such
                position = start
                if case .some = peek, start > 0 { throw Refusal(reason: "a { is neither escaped nor a repetition") }
                return node
            }
            let isOpen = scalars[position - 2] == ("," as Unicode.Scalar).value
            guard low <= 1000, (high ?? 0) <= 1000, isOpen || low <= (high ?? low) else {
                throw Refusal(reason: "a repetition is beyond 1000 or ends below its start")
            }
            (least, most) = (low, isOpen ? nil : high)
        } else {
            return node
        }
        _ = take("?")  // lazy or not is the same for a test
        return .repeated(node, least: least, most: most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = peek?.value, (0x30...0x39).contains(digit), (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(digit - 0x30)
            position += 1
        }
        return value
    }

    private mutating func characterClass() throws(SchemaPattern.Refusal) -> SchemaPattern.CharacterSet {
        var set = SchemaPattern.CharacterSet()
        set.isNegated = take("^")
        while !take("]") {
            let low = try classItem()
            guard peek == "-", position + 1 < scalars.count, scalars[position + 1] != ("]" as Unicode.Scalar).value
            else {
                if low.isNegated {
                    set.ranges += try Self.complement(low.ranges)
                } else {
                    set.ranges += low.ranges
                }
                continue
            }
            position += 1
            let high = try classItem()
            guard let from = Self.single(low), let to = Self.single(high), from <= to else {
                throw Refusal(reason: "a range in [] has no order")
            }
            set.ranges.append(from...to)
        }
        return set
    }

    private static func single(_ set: SchemaPattern.CharacterSet) -> UInt32? {
        guard !set.isNegated, set.ranges.count == 1, set.ranges[0].count == 1 else { return nil }
        return set.ranges[0].lowerBound
    }

    /// All code points that are in none of the ranges.
    private static func complement(_ ranges: [ClosedRange<UInt32>]) throws(SchemaPattern.Refusal) -> [ClosedRange<
        UInt32
    >] {
        var result: [ClosedRange<UInt32>] = [], from: UInt32 = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if range.lowerBound > from { result.append(from...range.lowerBound - 1) }
            from = max(from, range.upperBound + 1)
        }
        return result + [from...0x10FFFF]
    }

    private mutating func classItem() throws(SchemaPattern.Refusal) -> SchemaPattern.CharacterSet {
        let scalar = try next()
        return Unicode.Scalar(scalar) == "\\" ? try escape(inClass: true) : .init(ranges: [scalar...scalar])
    }

    private mutating func escape(inClass: Bool) throws(SchemaPattern.Refusal) -> SchemaPattern.CharacterSet {
        let digits: [ClosedRange<UInt32>] = [0x30...0x39]
        let word: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]
        let space: [ClosedRange<UInt32>] = [
            0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
            0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
        ]
        let scalar = try next()
        switch Unicode.Scalar(scalar) {
        case "d": return .init(ranges: digits)
        case "D": return .init(ranges: digits, isNegated: true)
        case "w": return .init(ranges: word)
        case "W": return .init(ranges: word, isNegated: true)
        case "s": return .init(ranges: space)
        case "S": return .init(ranges: space, isNegated: true)
        case "n": return .init(ranges: [0x0A...0x0A])
        case "r": return .init(ranges: [0x0D...0x0D])
        case "t": return .init(ranges: [0x09...0x09])
        case "f": return .init(ranges: [0x0C...0x0C])
        case "v": return .init(ranges: [0x0B...0x0B])
        case "x": return try coded(2)
        case "u": return try coded(4)
        case let other?
        where (0x30...0x39).contains(other.value) || (0x41...0x5A).contains(other.value)
            || (0x61...0x7A).contains(other.value):
            throw Refusal(reason: "\\\(other) is not known")
        default: return .init(ranges: [scalar...scalar])
        }
    }

    private mutating func coded(_ digits: Int) throws(SchemaPattern.Refusal) -> SchemaPattern.CharacterSet {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = Unicode.Scalar(try next()).map(Character.init)?.hexDigitValue else {
                throw Refusal(reason: "\\x and \\u want hexadecimal digits")
            }
            value = value * 16 + UInt32(digit)
        }
        return .init(ranges: [value...value])
    }
}
