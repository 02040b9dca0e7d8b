import Foundation
import TestSupport
import Testing

import Training

/// InfoNCE by hand, by its laws, and its gradients by differences.
@Suite struct ContrastiveLossTests {
    private static func states(_ count: Int, hidden: Int, seed: UInt64) -> ContrastiveLoss.States {
        var random = SeededGenerator(seed)
        return .init((0..<count * hidden).map { _ in .random(in: -1...1, using: &random) }, hidden: hidden)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String, queries: [Float], documents: [Float], wanted: [[Int]], temperature: Float, loss: Double
        let right: Int
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "one function alone is no choice", queries: [3, 4], documents: [-1, 0], wanted: [[0]], temperature: 1,
            loss: 0, right: 1),
        Case(
            name: "right angle", queries: [2, 0], documents: [5, 0, 0, 1], wanted: [[0]], temperature: 1,
            loss: log(1 + exp(-1)), right: 1),
        Case(
            name: "the wrong one is nearer", queries: [2, 0], documents: [5, 0, 0, 1], wanted: [[1]], temperature: 1,
            loss: log(1 + exp(1)), right: 0),
        Case(
            name: "temperature divides", queries: [2, 0], documents: [5, 0, 0, 1], wanted: [[0]], temperature: 0.5,
            loss: log(1 + exp(-2)), right: 1),
        Case(
            name: "what is wanted besides is not held against it", queries: [2, 0], documents: [5, 0, 1, 0, 0, 1],
            wanted: [[0, 1]], temperature: 1, loss: log(1 + exp(-1)), right: 1),
        Case(
            name: "several wants: the mean", queries: [2, 0], documents: [5, 0, 0, 3, 0, 1], wanted: [[0, 1]],
            temperature: 1, loss: (log(1 + exp(-1)) + log(2)) / 2, right: 1),
        Case(
            name: "several queries: the mean", queries: [2, 0, 0, 1], documents: [5, 0, 0, 1], wanted: [[0], [0]],
            temperature: 1, loss: (log(1 + exp(-1)) + log(1 + exp(1))) / 2, right: 1),
    ]

    @Test("by hand", arguments: cases) func byHand(_ item: Case) {
        let loss = ContrastiveLoss(temperature: item.temperature, widths: [2])
        let result = loss(.init(item.queries, hidden: 2), .init(item.documents, hidden: 2), wanted: item.wanted)
        #expect(abs(result.loss - item.loss) < 1e-6)
        #expect(result.right == item.right)
    }

    @Test("gradients are those of differences", arguments: [[8], [8, 3], [5]]) func differences(widths: [Int]) {
        let loss = ContrastiveLoss(temperature: 0.3, widths: widths), wanted = [[0], [2, 3], [1], [0]]
        let queries = Self.states(4, hidden: 8, seed: 1), documents = Self.states(5, hidden: 8, seed: 2)
        let result = loss(queries, documents, wanted: wanted)
        for place in queries.numbers.indices {
            func moved(_ by: Float) -> Double {
                var other = queries
                other.numbers[place] += by
                return loss(other, documents, wanted: wanted).loss
            }
            let slope = (moved(0.01) - moved(-0.01)) / 0.02
            #expect(abs(slope - Double(result.querySlopes[place])) < 2e-3, "query number \(place)")
            // What no width has is of no account.
            #expect(place % 8 < (widths.max() ?? 0) || result.querySlopes[place] == 0)
        }
        for place in documents.numbers.indices {
            func moved(_ by: Float) -> Double {
                var other = documents
                other.numbers[place] += by
                return loss(queries, other, wanted: wanted).loss
            }
            let slope = (moved(0.01) - moved(-0.01)) / 0.02
            #expect(abs(slope - Double(result.documentSlopes[place])) < 2e-3, "document number \(place)")
        }
    }

    @Test("law: the order of queries and of functions is of no account", arguments: UInt64(0)..<8)
    func permutation(seed: UInt64) {
        var random = SeededGenerator(seed)
        let loss = ContrastiveLoss(temperature: 0.1, widths: [6, 2])
        let queries = Self.states(5, hidden: 6, seed: seed), documents = Self.states(4, hidden: 6, seed: seed + 100)
        let wanted = (0..<5).map { _ in [Int.random(in: 0..<4, using: &random)] }
        let rows = Array(0..<5).shuffled(using: &random), columns = Array(0..<4).shuffled(using: &random)
        func reordered(_ states: ContrastiveLoss.States, _ order: [Int]) -> ContrastiveLoss.States {
            .init(order.flatMap { states.numbers[$0 * 6..<($0 + 1) * 6] }, hidden: 6)
        }
        let first = loss(queries, documents, wanted: wanted)
        let second = loss(
            reordered(queries, rows), reordered(documents, columns),
            wanted: rows.map { row in wanted[row].compactMap { columns.firstIndex(of: $0) } })
        #expect(abs(first.loss - second.loss) < 1e-5)
        #expect(first.right == second.right)
        let expected = reordered(.init(first.querySlopes, hidden: 6), rows).numbers
        #expect(zip(second.querySlopes, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("law: lengths are of no account, slopes shrink with them", arguments: [Float(0.25), 8]) func lengths(
        by: Float
    ) {
        let loss = ContrastiveLoss(temperature: 0.2, widths: [4])
        let queries = Self.states(3, hidden: 4, seed: 5), documents = Self.states(3, hidden: 4, seed: 6)
        let longer = ContrastiveLoss.States(queries.numbers.map { $0 * by }, hidden: 4), wanted = [[0], [1], [2]]
        let first = loss(queries, documents, wanted: wanted), second = loss(longer, documents, wanted: wanted)
        #expect(abs(first.loss - second.loss) < 1e-5)
        #expect(zip(first.querySlopes, second.querySlopes).allSatisfy { abs($0 - $1 * by) < 1e-5 })
    }

    @Test("law: the hotter, the nearer to a choice by chance; slopes fade") func temperature() {
        let queries = Self.states(4, hidden: 4, seed: 7), documents = Self.states(4, hidden: 4, seed: 8)
        let results = [Float(0.05), 0.5, 5, 1000].map {
            ContrastiveLoss(temperature: $0, widths: [4])(queries, documents, wanted: [[0], [1], [2], [3]])
        }
        #expect(abs((results.last?.loss ?? 0) - log(4)) < 1e-2)
        let sizes = results.map { $0.querySlopes.reduce(0) { $0 + abs($1) } }
        #expect(sizes.last.map { $0 < 1e-2 } == true && sizes[1] > sizes[2])
    }

    @Test func nothingIsNothing() {
        let loss = ContrastiveLoss(temperature: 1, widths: [2])
        let result = loss(.init([], hidden: 2), .init([1, 0], hidden: 2), wanted: [])
        #expect(result.loss == 0 && result.documentSlopes == [0, 0])
    }
}
