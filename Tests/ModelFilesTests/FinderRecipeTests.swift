import Documents
import Foundation
import ModelFiles
import OrderedCollections
import Testing

/// What a card says of a finder, and what it must not say.
@Suite struct FinderRecipeTests {
    private static func read(_ text: String?) throws(LowRankAdapterError) -> FinderRecipe {
        try FinderRecipe(
            card: text.map { .init(path: "f/card.json", bytes: Data($0.utf8)) }, in: "f",
            for: AdapterFolderTests.model)
    }

    @Test("what is written is read", arguments: StatePooling.allCases, [1, 2]) func roundTrip(
        pooling: StatePooling, layers: Int
    ) throws {
        let recipe = FinderRecipe(
            layers: layers, dimensions: 6, pooling: pooling, instruction: pooling == .last ? "Find it." : "",
            maximumTokens: 9)
        #expect(try Self.read(JSONValue.object(["finder": recipe.json]).text()) == recipe)
    }

    static let faults: [(card: String?, isForeign: Bool, message: String)] = [
        (
            nil, false,
            "f: no adapter that can be read: there is no card.json; a finder is made by kinglet train retriever"
        ),
        ("[", false, "f/card.json: no adapter that can be read: is no JSON object"),
        ("[]", false, "f/card.json: no adapter that can be read: is no JSON object"),
        (
            #"{"layout": "names"}"#, false,
            "f/card.json: no adapter that can be read: has no finder: it was not made by kinglet train retriever"
        ),
        (
            #"{"finder": {"layers": 2, "dimensions": 8, "pooling": "max", "max_tokens": 8}}"#, false,
            #"f/card.json: no adapter that can be read: finder.pooling is "max", not last or mean"#
        ),
        (
            #"{"finder": {"layers": 0, "dimensions": 8, "pooling": "mean", "max_tokens": 8}}"#, false,
            "f/card.json: no adapter that can be read: finder.layers is 0, not a number above 0"
        ),
        (
            #"{"finder": {"layers": 2, "pooling": "mean", "max_tokens": 8}}"#, false,
            "f/card.json: no adapter that can be read: finder.dimensions is missing, not a number above 0"
        ),
        (
            #"{"finder": {"layers": 3, "dimensions": 8, "pooling": "mean", "max_tokens": 8}}"#, true,
            "f/card.json: no adapter for this model: its texts pass 3 layers; the model has 2"
        ),
        (
            #"{"finder": {"layers": 2, "dimensions": 9, "pooling": "mean", "max_tokens": 8}}"#, true,
            "f/card.json: no adapter for this model: its vectors have 9 numbers; the model's states have 8"
        ),
        (
            #"{"finder": {"layers": 2, "dimensions": 8, "pooling": "mean", "max_tokens": 99}}"#, true,
            "f/card.json: no adapter for this model: its texts have up to 99 tokens; the model takes 2...16"
        ),
        (
            #"{"finder": {"layers": 2, "dimensions": 8, "pooling": "mean", "instruction": "Go.", "max_tokens": 8}}"#,
            true,
            "f/card.json: no adapter for this model: the mean of states has no instruction: its states would count too"
        ),
    ]

    @Test("cards that say no finder", arguments: faults) func refused(
        card: String?, isForeign: Bool, message: String
    ) {
        let error = #expect(throws: LowRankAdapterError.self) { try Self.read(card) }
        #expect(error.map { "\($0)" } == message)
        if case .foreign = error { #expect(isForeign) } else { #expect(!isForeign) }
    }

    @Test("a model of a single token has no finder") func shortest() {
        var model = AdapterFolderTests.model
        model.contextLength = 1
        let recipe = FinderRecipe(layers: 1, dimensions: 2, pooling: .last, maximumTokens: 2)
        #expect(recipe.fault(for: model) == "its texts have up to 2 tokens; the model takes 2...1")
    }

    @Test(
        "the rows whose states count",
        arguments: [
            (StatePooling.last, 3..<7, true, 6..<7), (.last, 3..<4, false, 3..<4), (.mean, 3..<7, true, 4..<7),
            (.mean, 3..<7, false, 3..<7), (.mean, 3..<4, true, 3..<4),
        ])
    func rows(pooling: StatePooling, rows: Range<Int>, isWhole: Bool, expected: Range<Int>) {
        #expect(pooling.rows(rows, isWhole: isWhole) == expected)
    }
}
