import Documents
import Foundation
import ModelFiles
import OrderedCollections
import TestSupport
import Testing
import Training

@Suite struct AdapterCardTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func card(_ data: String) throws -> AdapterCard {
        let path = try folder.write(Array(data.utf8), as: "data.jsonl")
        return AdapterCard(layout: "names", functions: ["tea", "milk"], files: ["data": path], record: ["rank": 4])
    }

    @Test func itSaysWhatWasReadAndHow() throws {
        var card = try card("abc")
        for number in 1...3 { card.add(step: number, samples: 4, loss: Double(number), seconds: 1.5) }
        try card.write(to: folder.path)
        let data = try #require(FileManager.default.contents(atPath: AdapterFolder(folder.path).cardPath))
        let json = try JSONValue(parsing: data)
        #expect(json["layout"] == "names" && json["training"]?["rank"] == 4)
        // The digest that `sha256sum` has of these three bytes.
        #expect(
            json["files"]?["data"]?["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(json["files"]?["data"]?["name"] == "data.jsonl")
        #expect(json["result"]?["steps"] == 3 && json["result"]?["samples"] == 12)
        #expect(json["result"]?["last_loss"]?.doubleValue == 2)
        #expect(
            try AdapterLesson(card: AdapterFolder(folder.path).card)
                == AdapterLesson(layout: "names", functions: ["milk", "tea"]))
    }

    @Test func filesOfOneNameAreToldByTheirFolders() {
        let files: OrderedDictionary = ["base": "/m/a.gguf", "data 1": "/d/one/train.gz", "data 2": "two/train.gz"]
        let json = AdapterCard(layout: nil, functions: nil, files: files, record: [:]).json
        let names = json["files"]?.objectValue?.values.map { $0["name"]?.stringValue }
        #expect(names == ["a.gguf", "one/train.gz", "two/train.gz"])
    }

    @Test func whatNoStepMadeHasNoResult() throws {
        try card("x").write(to: folder.path)
        let json = try JSONValue(parsing: #require(FileManager.default.contents(atPath: folder.path + "/card.json")))
        #expect(json["result"] == nil && json["layout"] == "names")
    }

    @Test(arguments: [1, 20, 21, 100]) func theLossIsThatOfTheLastSteps(count: Int) throws {
        var card = try card("x")
        for number in 1...count { card.add(step: number, samples: 4, loss: Double(number), seconds: 1.5) }
        try card.write(to: folder.path)
        let json = try JSONValue(parsing: #require(FileManager.default.contents(atPath: folder.path + "/card.json")))
        let first = max(1, count - 19)
        #expect(json["result"]?["last_loss"]?.doubleValue == Double(first + count) / 2)
    }

    @Test func aFinderSaysHowItMakesVectors() throws {
        var card = try card("abc")
        (card.layout, card.functions) = (nil, nil)
        card.finder = FinderRecipe(layers: 6, dimensions: 256, pooling: .mean, maximumTokens: 128)
        try card.write(to: folder.path)
        let json = try JSONValue(parsing: #require(FileManager.default.contents(atPath: folder.path + "/card.json")))
        #expect(json["finder"]?["layers"] == 6 && json["finder"]?["dimensions"] == 256)
        #expect(json["finder"]?["pooling"] == "mean" && json["finder"]?["max_tokens"] == 128)
        #expect(json["layout"] == nil && json["functions"] == nil && json["training"]?["rank"] == 4)
        // It may be of use to any pool.
        let lesson = try AdapterLesson(card: AdapterFolder(folder.path).card)
        #expect(lesson.layout == nil && lesson.covers(["anything"]))
    }

    static let damaged: [(text: String, isRead: Bool)] = [("{}", true), ("[]", false), ("{", false), ("", false)]
    @Test(arguments: damaged) func aDamagedCardIsTold(text: String, isRead: Bool) throws {
        _ = try folder.write(Array(text.utf8), as: "card.json")
        let files = AdapterFolder(folder.path)
        if isRead {
            #expect(try AdapterLesson(card: files.card) == AdapterLesson())
        } else {
            let error = #expect(throws: LowRankAdapterError.self) { try AdapterLesson(card: files.card) }
            #expect(error?.path == files.cardPath)
        }
    }

    @Test func anAdapterOfOthersHasNone() throws {
        #expect(try AdapterLesson(card: AdapterFolder(folder.path).card) == AdapterLesson())
    }

    static let offered: [(functions: Set<String>?, names: [String], isCovered: Bool)] = [
        (nil, ["tea"], true), (["tea", "milk"], ["tea"], true), (["tea"], ["tea", "milk"], false), (["tea"], [], true),
    ]
    @Test(arguments: offered) func aLessonCoversWhatItTaught(
        functions: Set<String>?, names: [String], isCovered: Bool
    ) {
        #expect(AdapterLesson(functions: functions).covers(names) == isCovered)
    }
}
