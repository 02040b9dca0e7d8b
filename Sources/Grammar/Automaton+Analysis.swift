extension Automaton {
    /// Finds the shortest way out of every node, and how deep it goes. What has no way out is dead and is never
    /// entered, so no text can run into a corner.
    package mutating func analyse() {
        for index in nodes.indices where nodes[index].isEnd {
            (nodes[index].distance, nodes[index].need) = (0, nodes[index].level)
        }
        var changed = true
        while changed {
            changed = false
            // Edges mostly lead to later nodes, so one pass from the back settles nearly all of them.
            for node in stride(from: nodes.count - 1, through: 0, by: -1) {
                var (best, depth) = (nodes[node].distance, nodes[node].need)
                var index = nodes[node].firstEdge
                while index >= 0 {
                    let edge = edges[Int(index)]
                    index = edge.next
                    let (length, deep) = way(through: edge)
                    guard length < Automaton.unreachable else { continue }
                    let level = max(deep, nodes[node].level)
                    if length < best || (length == best && level < depth) { (best, depth) = (length, level) }
                }
                if best != nodes[node].distance || depth != nodes[node].need {
                    (nodes[node].distance, nodes[node].need) = (best, depth)
                    changed = true
                }
            }
        }
    }

    /// Length and need of the shortest way that starts with `edge`.
    private func way(through edge: Edge) -> (Int32, Int32) {
        let target = nodes[Int(edge.target)]
        guard target.distance < Automaton.unreachable else { return (Automaton.unreachable, 0) }
        switch edge.kind {
        case .byte: return (target.distance + 1, target.need)
        case .epsilon, .leave, .advance: return (target.distance, target.need)
        case .again: return (Automaton.unreachable, 0)  // leaving is never longer
        case .start:
            let missing = loops[Int(edge.argument)].minimum - Int32(edge.low)
            guard missing > 0 else { return (target.distance, target.need) }
            let (cost, need) = round(of: edge.argument)
            return (Self.sum(target.distance, cost, times: missing), max(target.need, need))
        case .call:
            let callee = nodes[Int(rules[Int(edge.argument)].start)]
            guard callee.distance < Automaton.unreachable else { return (Automaton.unreachable, 0) }
            return (
                Self.sum(target.distance, callee.distance, times: 1), max(target.need, target.level + callee.need)
            )
        }
    }

    /// Bytes and need of the shortest round of a loop.
    package func round(of loop: Int32) -> (Int32, Int32) {
        let (round, head) = (nodes[Int(loops[Int(loop)].round)], nodes[Int(loops[Int(loop)].head)])
        guard round.distance < Automaton.unreachable else { return (Automaton.unreachable, 0) }
        return (round.distance - head.distance, round.need)
    }

    /// Bytes from `node` with `counter` to the end of its rule, the rounds that are still missing included.
    package func distance(of node: Int32, counter: Int32) -> Int32 {
        let node = nodes[Int(node)]
        guard node.roundOf >= 0 else { return node.distance }
        let missing = loops[Int(node.roundOf)].minimum - counter - 1
        return missing > 0 ? Self.sum(node.distance, round(of: node.roundOf).0, times: missing) : node.distance
    }

    package static func sum(_ base: Int32, _ cost: Int32, times: Int32) -> Int32 {
        guard cost < unreachable, base < unreachable else { return unreachable }
        return Int32(min(Int64(base) + Int64(cost) * Int64(times), Int64(unreachable)))
    }

    /// A rule that can call itself before it writes anything, if there is one: such a `$ref` never ends.
    package func ruleWithoutProgress() -> Rule? {
        var state = [UInt8](repeating: 0, count: rules.count)  // 0 new, 1 open, 2 done
        for start in rules.indices where state[start] == 0 {
            var path: [(rule: Int, calls: [Int])] = [(start, leftCalls(of: start))]
            state[start] = 1
            while let last = path.popLast() {
                var (rule, calls) = last
                guard let next = calls.popLast() else {
                    state[rule] = 2
                    continue
                }
                path.append((rule, calls))
                rule = next
                if state[rule] == 1 { return rules[rule] }
                if state[rule] == 0 {
                    state[rule] = 1
                    path.append((rule, leftCalls(of: rule)))
                }
            }
        }
        return nil
    }

    /// Rules that `rule` may call before it has consumed a byte. (No rule is empty: JSON has no empty value.)
    private func leftCalls(of rule: Int) -> [Int] {
        var (calls, seen, open): ([Int], Set<Int32>, [Int32]) = ([], [], [rules[rule].start])
        while let node = open.popLast() {
            guard seen.insert(node).inserted else { continue }
            var index = nodes[Int(node)].firstEdge
            while index >= 0 {
                let edge = edges[Int(index)]
                index = edge.next
                switch edge.kind {
                case .byte: break
                case .call: calls.append(Int(edge.argument))
                default: open.append(edge.target)
                }
            }
        }
        return calls
    }
}
