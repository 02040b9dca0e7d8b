import Inference
import TestSupport
import Testing

@Suite struct RecencyCacheTests {
    @Test func theOneUsedLongestAgoMakesRoom() {
        var cache = RecencyCache<String, Int>(capacity: 2)
        cache.store(1, for: "a")
        cache.store(2, for: "b")
        #expect(cache.value(for: "a") == 1)
        cache.store(3, for: "c")
        #expect(cache.value(for: "b") == nil, "a was used after it")
        #expect(cache.value(for: "a") == 1 && cache.value(for: "c") == 3)
        cache.store(4, for: "a")
        #expect(cache.value(for: "a") == 4 && cache.count == 2, "a new value takes no new place")
        #expect(cache.keys == ["c", "a"])
        #expect(cache.remove("c") == 3 && cache.remove("c") == nil)
        cache.store(5, for: "d")
        #expect(cache.keys == ["a", "d"])
    }

    @Test(arguments: [-3, 0, 1]) func holdsAtLeastOne(capacity: Int) {
        var cache = RecencyCache<Int, Int>(capacity: capacity)
        for key in 0..<5 { cache.store(key, for: key) }
        #expect(cache.keys == [4] && cache.value(for: 4) == 4)
    }

    @Test("law: it keeps what a list that is searched would keep", arguments: UInt64(0)..<40)
    func model(seed: UInt64) {
        var random = SeededGenerator(seed)
        let capacity = Int.random(in: 1...9, using: &random)
        var cache = RecencyCache<Int, Int>(capacity: capacity)
        var plain: [(key: Int, value: Int)] = []  // the oldest use first
        for value in 0..<400 {
            let key = Int.random(in: 0...14, using: &random)
            let place = plain.firstIndex { $0.key == key }
            let old = place.map { plain.remove(at: $0) }
            switch Int.random(in: 0..<5, using: &random) {
            case 0: #expect(cache.remove(key) == old?.value)
            case 1, 2:
                #expect(cache.value(for: key) == old?.value)
                if let old { plain.append(old) }
            default:
                cache.store(value, for: key)
                plain.append((key, value))
                if plain.count > capacity { plain.removeFirst() }
            }
            #expect(cache.keys == plain.map(\.key) && cache.count == plain.count)
        }
    }
}
