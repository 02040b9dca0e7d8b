/// FNV-1a over numbers: whether a checkpoint's data and beginning were the same.
struct RunDigest {
    private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

    init(_ numbers: some Sequence<Int> = []) { for number in numbers { add(number) } }

    mutating func add(_ number: Int) { hash = (hash ^ UInt64(bitPattern: Int64(number))) &* 0x100_0000_01B3 }

    /// So many numbers, and how many they are.
    mutating func add(list: some Collection<Int>) {
        add(list.count)
        for number in list { add(number) }
    }

    var text: String { String(hash, radix: 16) }
}
