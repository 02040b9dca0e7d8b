/// The `limit` best of the hits that were offered, best first, equal scores by item.
struct BestHits {
    private(set) var hits: [VectorIndex.Hit] = []
    /// What a score must pass to be taken; minus infinity until there are `limit`.
    private(set) var threshold = -Float.infinity
    private let limit: Int

    /// Empty; room for `limit` hits.
    init(limit: Int) {
        self.limit = limit
        hits.reserveCapacity(min(limit, 1024) + 1)
    }

    /// Takes a hit of an item that was not offered before; items come in ascending order, or all are above the threshold.
    mutating func offer(_ hit: VectorIndex.Hit) {
        guard hits.count < limit || hit.score > threshold || isEarlier(hit) else { return }
        var position = hits.count
        while position > 0, Self.before(hit, hits[position - 1]) { position -= 1 }
        hits.insert(hit, at: position)
        if hits.count > limit { hits.removeLast() }
        if hits.count == limit, let last = hits.last { threshold = last.score }
    }

    /// As `offer`; if the item was offered before, the better of the two stays.
    mutating func offerBetter(_ hit: VectorIndex.Hit) {
        if let known = hits.firstIndex(where: { $0.item == hit.item }) {
            guard hit.score > hits[known].score else { return }
            hits.remove(at: known)
        }
        offer(hit)
    }

    /// An equal score of an earlier item, when shares of several threads are merged.
    private func isEarlier(_ hit: VectorIndex.Hit) -> Bool { hits.last.map { Self.before(hit, $0) } ?? true }

    /// The order of results: score, then item.
    private static func before(_ first: VectorIndex.Hit, _ second: VectorIndex.Hit) -> Bool {
        first.score != second.score ? first.score > second.score : first.item < second.item
    }
}
