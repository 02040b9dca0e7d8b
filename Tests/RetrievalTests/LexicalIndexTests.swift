import Documents
import Foundation
import OrderedCollections
import Retrieval
import TestSupport
import Testing

/// BM25 as it stands in the books, computed anew for every query.
private struct NaiveBM25 {
    let functions: [FunctionDocument]
    let weights: LexicalIndex.Weights

    private func terms(of function: FunctionDocument) -> [(String, Double)] {
        func all(_ text: String, _ weight: Double, _ splits: Bool = false) -> [(String, Double)] {
            Terms(text, splitsNames: splits).map { ($0, weight) }
        }
        var result = all(function.name, weights.name, true) + all(function.domain ?? "", weights.domain, true)
        result += all(function.description, weights.description)
        for example in function.examples { result += all(example, weights.example) }
        for (name, schema) in function.parameters["properties"]?.objectValue ?? [:] {
            result += all(name, weights.parameterName, true)
            result += all(schema["description"]?.stringValue ?? "", weights.parameterText)
            for value in schema["enum"]?.arrayValue ?? [] {
                result += all(value.stringValue ?? "", weights.enumValue, true)
            }
        }
        return result
    }

    func scores(_ query: String) -> [Double] {
        let documents = functions.map(terms)
        let lengths = documents.map { $0.map(\.1).reduce(0, +) }
        let mean = lengths.reduce(0, +) / Double(lengths.count)
        return documents.indices.map { row in
            Set(Terms(query, splitsNames: true)).map { term in
                let frequency = documents[row].filter { $0.0 == term }.map(\.1).reduce(0, +)
                let containing = Double(documents.filter { $0.contains { $0.0 == term } }.count)
                let rarity = log(1 + (Double(documents.count) - containing + 0.5) / (containing + 0.5))
                let length = 1 - weights.lengthNormalization + weights.lengthNormalization * lengths[row] / mean
                let saturation = weights.saturation
                return rarity * frequency * (saturation + 1) / (frequency + saturation * length)
            }.reduce(0, +)
        }
    }
}

@Suite struct LexicalIndexTests {
    static let words = [
        "light", "lamp", "turn", "on", "off", "warm", "play", "song", "radio", "weather", "rain", "timer", "天气", "音乐播放",
        "call", "send", "message", "route",
    ]

    static func functions(_ count: Int, _ random: inout SeededGenerator) -> [FunctionDocument] {
        func text(_ most: Int, _ separator: String) -> String {
            (0..<Int.random(in: 1...most, using: &random)).map { _ in
                words[Int.random(in: words.indices, using: &random)]
            }
            .joined(separator: separator)
        }
        return (0..<count).map { index in
            FunctionDocument(
                name: "f\(index)_\(text(2, "_"))", domain: text(1, ""), description: text(8, " "),
                parameters: [
                    "type": "object",
                    "properties": [
                        "room": ["type": "string", "description": .string(text(3, " "))],
                        "mode": ["enum": [.string(text(1, "")), .string(text(1, "")), 5]],
                    ],
                ], examples: [text(5, " "), text(5, " ")])
        }
    }

    @Test("law: equal to the textbook formula", arguments: UInt64(0)..<40)
    func agreesWithNaive(seed: UInt64) {
        var random = SeededGenerator(seed)
        let functions = Self.functions(Int.random(in: 1...30, using: &random), &random)
        var weights = LexicalIndex.Weights()
        weights.wordPart = 0
        let index = LexicalIndex(functions, weights: weights)
        let query = (0..<6).map { _ in Self.words[Int.random(in: Self.words.indices, using: &random)] }
            .joined(separator: " ")
        let naive = NaiveBM25(functions: functions, weights: index.weights).scores(query)
        let found = index.search(RetrievalQuery(query), limit: functions.count)
        #expect(found.count == functions.count)
        let positions = Dictionary(uniqueKeysWithValues: functions.enumerated().map { ($1.name, $0) })
        for candidate in found {
            let expected = naive[positions[candidate.name] ?? 0]
            #expect(abs(candidate.score - expected) < 1e-9 * max(1, expected))
        }
        #expect(zip(found, found.dropFirst()).allSatisfy { $0.score >= $1.score })
    }

    @Test("law: a smaller limit gives a prefix; equal indexes give equal answers", arguments: UInt64(0)..<40)
    func prefixes(seed: UInt64) {
        var random = SeededGenerator(seed)
        let functions = Self.functions(40, &random)
        let index = LexicalIndex(functions), again = LexicalIndex(functions)
        let query = RetrievalQuery("light rain 音乐", history: ["play radio", "ok"])
        let all = index.search(query, limit: 40)
        for limit in [0, 1, 7, 39] { #expect(index.search(query, limit: limit) == Array(all.prefix(limit))) }
        #expect(again.search(query, limit: 40) == all)
    }

    @Test func tiesStandInTheOrderOfThePool() {
        let functions = ["zeta", "beta", "eta"].map { FunctionDocument(name: $0, description: "same words") }
        #expect(LexicalIndex(functions).search("same", limit: 2).map(\.name) == ["zeta", "beta"])
    }

    @Test func kinOfAWordIsFound() {
        let index = LexicalIndex([
            FunctionDocument(name: "first", description: "bake bread"),
            FunctionDocument(name: "second", description: "set the freezer"),
        ])
        #expect(index.search("freezing", limit: 1).first?.name == "second")
    }

    @Test func historyCountsLess() {
        let index = LexicalIndex([
            FunctionDocument(name: "lamp", description: "lamp"), FunctionDocument(name: "radio", description: "radio"),
        ])
        #expect(index.search(RetrievalQuery("louder", history: ["radio"]), limit: 1).first?.name == "radio")
        #expect(index.search(RetrievalQuery("lamp", history: ["radio", "radio"]), limit: 1).first?.name == "lamp")
    }

    @Test func emptyPoolAndEmptyQuery() async throws {
        #expect(LexicalIndex([]).search("x", limit: 5).isEmpty)
        let index = LexicalIndex([FunctionDocument(name: "a"), FunctionDocument(name: "b")])
        #expect(try await index.candidates(for: "", limit: 5).map(\.name) == ["a", "b"])
        #expect(try await AllFunctions(names: ["x", "y"]).candidates(for: "q", limit: 1).map(\.name) == ["x", "y"])
    }

    #if !DEBUG
        @Test func largePoolsAreFast() {
            var random = SeededGenerator(7)
            let functions = Self.functions(10_000, &random), clock = ContinuousClock()
            var index = LexicalIndex([])
            let build = clock.measure { index = LexicalIndex(functions) }
            let small = LexicalIndex(Array(functions.prefix(1_000)))
            let query =
                (0..<5).map { _ in
                    clock.measure {
                        for _ in 0..<20 { _ = small.search("turn on the lamp and play a song", limit: 10) }
                    } / 20
                }.min() ?? .zero
            print("lexical index: 10,000 functions built in \(build), a query among 1,000 in \(query)")
            #expect(build < .seconds(8) && query < .milliseconds(4))  // 4 times the targets: the machine is shared
            #expect(index.names.count == 10_000)
        }
    #endif
}
