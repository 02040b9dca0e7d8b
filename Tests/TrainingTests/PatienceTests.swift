import Testing

import Training

@Suite struct PatienceTests {
    /// what was seen, the limit, whether it is enough, and the step of the best
    static let table: [([Double], Int?, Bool, Int?)] = [
        ([], 2, false, nil), ([0.1], 1, false, 1), ([0.1, 0.2, 0.3], 1, false, 3), ([0.3, 0.2], 1, true, 1),
        ([0.3, 0.2], 2, false, 1), ([0.3, 0.3, 0.3], 2, true, 1), ([0.3, 0.2, 0.4, 0.4], 2, false, 3),
        ([0.3, 0.2, 0.4, 0.4, 0.1], 2, true, 3), ([0.3, 0.2, 0.1, 0], nil, false, 1), ([0, 0], 1, true, 1),
    ]
    @Test(arguments: table.indices) func itEndsWhereNothingGetsBetter(_ index: Int) {
        let (values, limit, isOver, best) = Self.table[index]
        var patience = Patience(limit: limit)
        for (place, value) in values.enumerated() {
            let isBest = patience.add(.init(step: place + 1, value: value))
            #expect(isBest == values[..<place].allSatisfy { $0 < value })
        }
        #expect(patience.isOver == isOver && patience.best?.step == best)
    }
}
