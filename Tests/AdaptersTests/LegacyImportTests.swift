import Adapters
import Documents
import Foundation
import Functions
import OrderedCollections
import TestSupport
import Testing

@Suite struct LegacyImportTests {
    static func text(_ name: String) throws -> String {
        try String(contentsOf: TestFiles.fixture("LegacyImport/\(name)", file: #filePath), encoding: .utf8)
    }

    static func rasa() throws -> LegacyDraft {
        try RasaImport.draft(
            [("nlu.yml", text("nlu.yml")), ("domain.yml", text("domain.yml"))], name: "restaurant")
    }

    @Test func readsRasa() throws {
        let draft = try Self.rasa()
        #expect(Set(draft.pool.functions.map(\.name)) == ["greet", "book_table", "openingHours", "travel"])
        let table = try #require(draft.pool["book_table"])
        #expect(table.description == "Book table.")
        #expect(table.examples.first == "a table for two please")
        #expect(table.parameters["properties"]?["seats"]?["type"] == "number")
        #expect(table.parameters["properties"]?["cuisine"]?["items"]?["enum"] == ["italian", "thai"])
        let travel = try #require(draft.pool["travel"])
        #expect(travel.examples == ["from Bern to Basel [as soon as possible]"])
        #expect(travel.properties.keys == ["city_from", "city_to"])
        #expect(draft.adapter["outcomes"]?["request_unclear"]?["intent"] == "nlu_fallback")
        #expect(draft.notes.contains { $0.hasPrefix("openingHours") })
    }

    @Test func readsLUIS() throws {
        let draft = try LUISImport.draft(Array(Self.text("luis.json").utf8), path: "luis.json", name: "heating")
        #expect(draft.pool.functions.map(\.name) == ["SetTemperature", "ReadTemperature"])
        let set = try #require(draft.pool["SetTemperature"])
        #expect(set.description == "Set temperature.")
        #expect(set.parameters["properties"]?["room"]?["enum"] == ["bedroom", "office"])
        #expect(set.parameters["properties"]?["degrees"]?["type"] == "number")
        #expect(draft.adapter["outcomes"]?["no_appropriate_function"]?["intent"] == "None")
        #expect(draft.notes.contains { $0.contains("patterns") })
    }

    /// The draft is a start only if pool and adapter fit each other and read back from the files as they were.
    @Test func draftsFitEachOther() throws {
        for draft in [
            try Self.rasa(),
            try LUISImport.draft(Array(Self.text("luis.json").utf8), path: "luis.json", name: "heating"),
        ] {
            let pool = try FunctionPool.parse(
                Array(YAMLDocument.text(draft.pool.json).utf8), name: draft.pool.name, isYAML: true)
            #expect(pool == draft.pool)
            let rules = try AdapterRules.parse(
                Array(YAMLDocument.text(draft.adapter).utf8), name: draft.pool.name, isYAML: true)
            let findings = rules.findings(for: pool)
            #expect(findings.unknown.isEmpty && findings.unmapped.isEmpty, "\(findings)")
        }
    }

    @Test(arguments: ["nlu: 5", "[1]", "a: b", "nlu: [{intent: a, examples: \"- x [y]{z}\"}]", ":"])
    func refusesWhatIsNotRasa(text: String) {
        #expect(throws: LegacyImportError.self) { try RasaImport.draft([("a.yml", text)], name: "a") }
    }

    @Test(arguments: ["", "[]", "{}", #"{"luis_schema_version": "7", "intents": [], "utterances": [5]}"#])
    func refusesWhatIsNotLUIS(text: String) {
        #expect(throws: LegacyImportError.self) { try LUISImport.draft(Array(text.utf8), path: "a.json", name: "a") }
    }

    @Test func yamlReadsBackAsItWas() throws {
        let value: JSONValue = [
            "on": "off", "1": "1e3", "text": "a: b\n- c", "empty": "", "null": nil, "list": [], "object": [:],
            "tail ": " x",
            "deep": [["a": [1, 2.5, true, "true", "12:30", "2026-11-24", "~", "#", "客厅"]]], "-": "- x", "number": -0.5,
        ]
        #expect(try YAMLDocument.parse(YAMLDocument.text(value)) == value)
    }
}
