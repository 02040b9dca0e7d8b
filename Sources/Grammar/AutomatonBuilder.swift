/// Writes automaton fragments. A fragment begins at a given node and returns the node where it ends.
package struct AutomatonBuilder {
    package var automaton = Automaton()
    /// Containers of the current rule that are open; every new node gets it.
    package var level: Int32 = 0
    /// Loop whose round is being written, or -1.
    package var round: Int32 = -1
    private var anyRule: Int32?

    package mutating func node() -> Int32 { automaton.addNode(level: level, round: round) }

    package mutating func epsilon(_ source: Int32, to target: Int32) {
        automaton.addEdge(source, .epsilon, to: target)
    }

    package mutating func byte(_ source: Int32, _ low: UInt8, _ high: UInt8, to target: Int32) {
        automaton.addEdge(source, .byte, low: low, high: high, to: target)
    }

    package mutating func literal(_ text: String, from source: Int32) -> Int32 {
        literal(Array(text.utf8), from: source)
    }

    package mutating func literal(_ bytes: [UInt8], from source: Int32) -> Int32 {
        var last = source
        for value in bytes {
            let next = node()
            byte(last, value, value, to: next)
            last = next
        }
        return last
    }

    /// One of several texts. Common prefixes are written once.
    package mutating func oneOf(_ texts: [[UInt8]], from source: Int32) -> Int32 {
        let end = node()
        var children: [UInt64: Int32] = [:]
        for text in texts {
            var last = source
            for value in text {
                let key = UInt64(UInt32(bitPattern: last)) << 8 | UInt64(value)
                if let next = children[key] {
                    last = next
                } else {
                    let next = node()
                    byte(last, value, value, to: next)
                    children[key] = next
                    last = next
                }
            }
            epsilon(last, to: end)
        }
        return end
    }

    // MARK: Rules

    /// A new rule, to be filled by `define`.
    package mutating func declareRule(pointer: String) -> Int32 {
        let (savedLevel, savedRound) = (level, round)
        (level, round) = (0, -1)
        let (start, end) = (node(), node())
        (level, round) = (savedLevel, savedRound)
        automaton.nodes[Int(end)].isEnd = true
        automaton.rules.append(Automaton.Rule(start: start, end: end, pointer: pointer))
        return Int32(automaton.rules.count - 1)
    }

    /// Where the builder stood before a rule was begun.
    package struct Place {
        fileprivate var level: Int32, round: Int32
    }

    /// Starts writing the body of a rule: its first node, and what `finish` wants back.
    package mutating func begin(_ rule: Int32) -> (start: Int32, place: Place) {
        let place = Place(level: level, round: round)
        (level, round) = (0, -1)
        return (automaton.rules[Int(rule)].start, place)
    }

    package mutating func finish(_ rule: Int32, last: Int32, _ place: Place) {
        epsilon(last, to: automaton.rules[Int(rule)].end)
        (level, round) = (place.level, place.round)
    }

    package mutating func call(_ rule: Int32, from source: Int32) -> Int32 {
        let back = node()
        automaton.addEdge(source, .call, to: back, argument: rule)
        return back
    }

    // MARK: Loops

    package mutating func declareLoop(minimum: Int, maximum: Int?) -> Int32 {
        automaton.loops.append(
            Automaton.Loop(minimum: Int32(minimum), maximum: maximum.map { Int32($0) }, head: -1, round: -1))
        return Int32(automaton.loops.count - 1)
    }

    /// `minimum` to `maximum` rounds, of which `done` (0 or 1) lie behind. The body may not hold another loop outside a
    /// rule call: there is one counter.
    package mutating func loop(
        from source: Int32, done: UInt8, minimum: Int, maximum: Int?,
        _ body: (inout AutomatonBuilder, Int32) -> Int32
    ) -> Int32 {
        let loop = declareLoop(minimum: minimum, maximum: maximum)
        let (head, exit) = (node(), node())
        let saved = round
        round = loop
        let start = node()
        let last = body(&self, start)
        round = saved
        automaton.loops[Int(loop)].head = head
        automaton.loops[Int(loop)].round = start
        automaton.addEdge(source, .start, low: done, to: head, argument: loop)
        automaton.addEdge(head, .again, to: start, argument: loop)
        automaton.addEdge(head, .leave, to: exit, argument: loop)
        automaton.addEdge(last, .advance, to: head, argument: loop)
        return exit
    }

    // MARK: JSON pieces

    /// Any JSON string of `minimum` to `maximum` characters (Unicode scalars), quotes included.
    package mutating func freeString(minimum: Int = 0, maximum: Int? = nil, from source: Int32) -> Int32 {
        let open = literal("\"", from: source)
        if minimum == 0, maximum == nil {
            let last = node()
            epsilon(open, to: last)
            anyCharacter(from: last, to: last)
            automaton.nodes[Int(last)].isFreeCharacter = true
            return literal("\"", from: last)
        }
        let last = loop(from: open, done: 0, minimum: minimum, maximum: maximum) { builder, start in
            let end = builder.node()
            builder.anyCharacter(from: start, to: end)
            builder.automaton.nodes[Int(start)].isFreeCharacter = true
            return end
        }
        return literal("\"", from: last)
    }

    /// Any value of at most the grammar's depth.
    package mutating func anyValue(from source: Int32) -> Int32 {
        if let anyRule { return call(anyRule, from: source) }
        let rule = declareRule(pointer: "")
        anyRule = rule
        let (start, place) = begin(rule)
        let end = node()
        for word in ["null", "true", "false"] { epsilon(literal(word, from: start), to: end) }
        epsilon(freeString(from: start), to: end)
        epsilon(number(NumberRange(isInteger: false), from: start), to: end)
        level += 1
        let array = literal("[", from: start)
        let element = call(rule, from: step(from: array))
        epsilon(call(rule, from: literal(", ", from: element)), to: element)
        level -= 1
        let close = node()
        byte(array, UInt8(ascii: "]"), UInt8(ascii: "]"), to: close)
        byte(element, UInt8(ascii: "]"), UInt8(ascii: "]"), to: close)
        epsilon(close, to: end)
        epsilon(anyObject(from: start), to: end)
        finish(rule, last: end, place)
        return call(rule, from: source)
    }

    /// An object of any members.
    package mutating func anyObject(from source: Int32) -> Int32 {
        automaton.needsDistinctWords = true
        level += 1
        let open = literal("{", from: source)
        let first = step(from: open)
        let value = literal(": ", from: freeString(from: first))
        let member = anyValue(from: value)
        epsilon(literal(", ", from: member), to: first)
        level -= 1
        let close = node()
        byte(open, UInt8(ascii: "}"), UInt8(ascii: "}"), to: close)
        byte(member, UInt8(ascii: "}"), UInt8(ascii: "}"), to: close)
        return close
    }

    /// A new node that `source` reaches without a byte.
    package mutating func step(from source: Int32) -> Int32 {
        let next = node()
        epsilon(source, to: next)
        return next
    }
}
