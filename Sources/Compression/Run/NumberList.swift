/// Numbers and ranges as people write them: `3,7-9`.
public enum NumberList {
    /// Ascending, each once; nil where it is none. At most 65,536 numbers.
    public static func parse(_ text: String) -> [Int]? {
        var numbers = Set<Int>()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { number($0) }
            guard let first = ends.first.flatMap({ $0 }), let last = ends.last.flatMap({ $0 }), ends.count <= 2,
                first <= last, last - first < 65_536, numbers.count < 65_536
            else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers.sorted()
    }

    /// Digits alone, spaces around them: Swift's own also takes a sign.
    private static func number(_ text: Substring) -> Int? {
        let digits = text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int(String(digits))
    }
}
