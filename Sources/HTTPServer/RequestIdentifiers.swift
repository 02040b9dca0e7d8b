/// Makes and judges `x-request-id`.
struct RequestIdentifiers {
    private var state = UInt64.random(in: .min ... .max)
    private static let letters = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// 75 random bits in 15 letters: a `String` of that length needs no allocation.
    mutating func make() -> String {
        let (high, low) = (next(), next())
        return String(unsafeUninitializedCapacity: 15) { buffer in
            for index in 0..<15 {
                let word = index < 8 ? high >> UInt64(index * 5) : low >> UInt64((index - 8) * 5)
                buffer[index] = Self.letters[Int(word & 31)]
            }
            return 15
        }
    }

    /// The client's own id if it is safe to log and to send back.
    static func isSane(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-_.:".utf8.contains(byte)
            }
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
