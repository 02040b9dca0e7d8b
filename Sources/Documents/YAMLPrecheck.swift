/// A check before Yams sees a text: refuses what would cost it more than linear time.
///
/// Yams hashes every mapping's keys, and the hash of a collection walks all that its aliases expand to: a "billion
/// laughs" document with an alias in a key would never end. Values are expanded by our own bounded walk only.
enum YAMLPrecheck {
    static func check(_ text: String) throws(YAMLError) {
        let bytes = Array(text.utf8)
        var flowDepth = 0, hasAlias = false, hasCollectionKey = false
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "*"): hasAlias = hasAlias || startsToken(bytes, index)
            case UInt8(ascii: "?"):
                hasCollectionKey = hasCollectionKey || (startsToken(bytes, index) && isBlank(bytes, index + 1))
            case UInt8(ascii: "["), UInt8(ascii: "{"): flowDepth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                flowDepth = max(0, flowDepth - 1)
                hasCollectionKey = hasCollectionKey || isFollowedByColon(bytes, index + 1)
            default: break
            }
            // Brackets in quoted text count too, wherefore the bound is far above what a document needs.
            guard flowDepth <= 512 else { throw YAMLError(message: "brackets are nested too deeply") }
        }
        guard !hasAlias || (!hasCollectionKey && !hasAliasKey(bytes)) else {
            throw YAMLError(message: "aliases (*name) cannot be taken where collections stand as keys; write them out")
        }
    }

    private static func startsToken(_ bytes: [UInt8], _ index: Int) -> Bool {
        index == 0 || " \t\n\r[]{},:?-".utf8.contains(bytes[index - 1])
    }

    private static func isBlank(_ bytes: [UInt8], _ index: Int) -> Bool {
        index >= bytes.count || " \t\n\r".utf8.contains(bytes[index])
    }

    private static func isFollowedByColon(_ bytes: [UInt8], _ start: Int) -> Bool {
        var index = start
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        return index < bytes.count && bytes[index] == UInt8(ascii: ":")
    }

    /// `*name :` or `*name:`.
    private static func hasAliasKey(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "*"), startsToken(bytes, index) {
                index += 1
                while index < bytes.count, !isBlank(bytes, index), !",[]{}:".utf8.contains(bytes[index]) { index += 1 }
                if isFollowedByColon(bytes, index) { return true }
            } else {
                index += 1
            }
        }
        return false
    }
}
