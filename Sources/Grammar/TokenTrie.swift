/// The bytes of tokens as a tree, laid out in preorder: a walk is one pass over three arrays that skips dead subtrees.
package struct TokenTrie: Sendable {
    /// Byte on the edge into the node; the root (node 0) has none.
    package private(set) var byte: [UInt8] = [0]
    /// Bytes from the root.
    package private(set) var depth: [UInt16] = [0]
    /// First node after the node's subtree.
    package private(set) var end: [Int32] = [1]
    /// The token that ends here, or -1. Of several with the same bytes the lowest; the others are in `twins`.
    package private(set) var token: [Int32] = [-1]
    package private(set) var twins: [Int32: [Int32]] = [:]
    package private(set) var longest = 0

    /// Tokens of no bytes are left out: they would be allowed everywhere and lead nowhere.
    package init(_ tokens: [(bytes: [UInt8], id: Int32)]) {
        let sorted = tokens.filter { !$0.bytes.isEmpty && $0.bytes.count < 60_000 }.sorted {
            $0.bytes == $1.bytes ? $0.id < $1.id : $0.bytes.lexicographicallyPrecedes($1.bytes)
        }
        var path: [Int] = [0]  // open nodes by depth
        var previous: [UInt8] = []
        func close(to length: Int, _ path: inout [Int], _ end: inout [Int32], _ count: Int) {
            while path.count > length + 1 { end[path.removeLast()] = Int32(count) }
        }
        for (bytes, id) in sorted {
            if bytes == previous, let node = path.last, token[node] >= 0 {
                twins[token[node], default: []].append(id)
                continue
            }
            var common = 0
            while common < min(bytes.count, previous.count), bytes[common] == previous[common] { common += 1 }
            close(to: common, &path, &end, byte.count)
            for index in common..<bytes.count {
                path.append(byte.count)
                byte.append(bytes[index])
                depth.append(UInt16(index + 1))
                end.append(0)
                token.append(-1)
            }
            token[byte.count - 1] = id
            longest = max(longest, bytes.count)
            previous = bytes
        }
        close(to: 0, &path, &end, byte.count)
        end[0] = Int32(byte.count)
    }

    package var count: Int { byte.count }

    /// The child of `node` along `value`.
    package func child(of node: Int, _ value: UInt8) -> Int? {
        var next = node + 1
        let last = Int(end[node])
        while next < last {
            if byte[next] == value { return next }
            if byte[next] > value { return nil }
            next = Int(end[next])
        }
        return nil
    }

    /// The longest token that is a prefix of `bytes[start...]`, and its length.
    package func longestMatch(_ bytes: [UInt8], from start: Int) -> (id: Int32, length: Int)? {
        var (node, best): (Int, (Int32, Int)?) = (0, nil)
        for index in start..<bytes.count {
            guard let next = child(of: node, bytes[index]) else { break }
            node = next
            if token[node] >= 0 { best = (token[node], index - start + 1) }
        }
        return best.map { (id: $0.0, length: $0.1) }
    }

    package var bytes: Int { byte.count * 11 }
}
