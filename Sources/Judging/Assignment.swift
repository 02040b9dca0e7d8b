/// Pairs each of `count` things on one side with one on the other, if that can be done.
enum Assignment {
    /// - Parameter fits: whether left `i` may stand for right `j`; asked at most once a pair.
    /// - Returns: for each left thing its partner on the right; nil if some thing stays alone.
    static func complete(_ count: Int, fits: (_ left: Int, _ right: Int) -> Bool) -> [Int]? {
        var known = [Bool?](repeating: nil, count: count * count)
        var leftOfRight = [Int?](repeating: nil, count: count)

        func edge(_ left: Int, _ right: Int) -> Bool {
            if let answer = known[left * count + right] { return answer }
            let answer = fits(left, right)
            known[left * count + right] = answer
            return answer
        }
        // Augmenting paths (Kuhn 1955); the order in which they are tried makes equal positions partners first.
        func place(_ left: Int, _ visited: inout [Bool]) -> Bool {
            for step in 0..<count {
                let right = (left + step) % count
                guard !visited[right], edge(left, right) else { continue }
                visited[right] = true
                if let other = leftOfRight[right], !place(other, &visited) { continue }
                leftOfRight[right] = left
                return true
            }
            return false
        }
        for left in 0..<count {
            var visited = [Bool](repeating: false, count: count)
            guard place(left, &visited) else { return nil }
        }
        var partners = [Int](repeating: 0, count: count)
        for (right, left) in leftOfRight.enumerated() { if let left { partners[left] = right } }
        return partners
    }
}
