import Adapters
import Documents
import Functions
import OrderedCollections
import Testing

/// Nothing of a legacy project goes missing in silence: every example, synonym, regular expression, list and lookup is in the
/// draft, or in its notes.
@Suite struct LegacyRoundTripTests {
    static let domain = """
        intents: [heat, faq, greet, nlu_fallback]
        entities: [degrees, city: {roles: [from, to]}, room, topping: {groups: ["1"]}, unused]
        slots:
          room: {type: categorical, values: [kitchen, bath], mappings: [{type: from_entity, entity: room}]}
          degrees: {type: float, min_value: -30, mappings: [{type: from_entity, entity: degrees}, {type: from_text}]}
          toppings: {type: list, mappings: [{type: from_entity, entity: topping}]}
        forms: {heating: {required_slots: [room, degrees]}}
        responses: {utter_greet: [{text: hi}]}
        """
    static let nlu = """
        nlu:
        - intent: heat
          examples: |
            - - 5 degrees please
            - -5 degrees please
            - make the [cooking place](room:kitchen) [21](degrees) degrees
            - [wash room]{"entity": "room", "value": "bath"} and [kitchen](room) to [twenty]{"entity": "degrees", "value": 20}
            - heat it [now] please
              and keep it so
        - intent: travel
          examples:
          - text: 'from [Bern]{"entity": "city", "role": "from"} to [Basel]{"entity": "city", "role": "to"}'
            metadata: {sentiment: neutral}
          - text: |
              go to [San Francisco][{"entity": "city", "role": "to"}, {"entity": "place"}]
        - intent: faq/opening
          examples: |
            - when do you open?
            - when do you open?
        - intent: faq/price
          examples: |
            - what does [cheese]{"entity": "topping", "group": "1"} cost
        - intent: nlu_fallback
          examples: |
            - asdf
        - synonym: kitchen
          examples: |
            - galley
            - cookhouse
        - synonym: nirvana
          examples: |
            - nowhere
        - regex: degrees
          examples: |
            - -?\\d+
        - regex: zip
          examples: |
            - \\d{5}
        - lookup: place
          examples: |
            - Oakland
            - Reno
        - lookup: unused
          examples: |
            - quux
        - story: odd
        """

    static func draft() throws -> LegacyDraft {
        try RasaImport.draft([("domain.yml", domain), ("nlu.yml", nlu)], name: "house")
    }

    static let examples: [(function: String, texts: [String])] = [
        (
            "heat",
            [
                "- 5 degrees please", "-5 degrees please", "make the cooking place 21 degrees",
                "wash room and kitchen to twenty", "heat it [now] please and keep it so",
            ]
        ),
        ("travel", ["from Bern to Basel", "go to San Francisco"]), ("faq_opening", ["when do you open?"]),
        ("faq_price", ["what does cheese cost"]),
    ]
    @Test(arguments: examples) func examplesAreKeptAsTheyAre(_ function: String, _ texts: [String]) throws {
        #expect(try Self.draft().pool[function]?.examples == texts)
    }

    @Test func valuesOfEntitiesAreKept() throws {
        let draft = try Self.draft()
        let heat = try #require(draft.pool["heat"]).properties
        #expect(heat["room"]?["items"]?["enum"] == ["kitchen", "bath"])
        #expect(
            heat["room"]?["x-synonyms"] == [
                "kitchen": ["cooking place", "galley", "cookhouse"], "bath": ["wash room"],
            ])
        #expect(heat["room"]?["description"]?.stringValue?.contains("cooking place") == true)
        #expect(heat["degrees"]?["type"] == "number" && heat["degrees"]?["x-synonyms"] == ["20": ["twenty"]])
        #expect(heat["degrees"]?["x-patterns"] == ["-?\\d+"])
        let travel = try #require(draft.pool["travel"]).properties
        #expect(
            travel.keys == ["city_from", "city_to", "place"] && travel["place"]?["x-lookup"] == ["Oakland", "Reno"])
        #expect(draft.pool["faq_price"]?.properties["topping"]?["type"] == "array")
        #expect(draft.pool["faq"] == nil && draft.adapter["functions"]?["faq_price"]?["intent"] == "faq/price")
        try draft.pool.checkSchemas()
    }

    static let said = [
        "faq: a retrieval intent", "form heating: asks for room, degrees", "slot degrees: min_value -30",
        "slot degrees: is also set from text", "synonym nirvana: no entity has the value; not taken over: nowhere",
        "regex zip: no entity has the name; not taken over: \\d{5}", "metadata is not taken over",
        "domain.yml: responses are not taken over", "nlu.yml: nlu[11]: story: neither", "lookup: quux",
        "faq_opening: 1 examples stand twice", "nlu_fallback: its 1 examples",
        "city_from: stands for city in the role from",
        "topping: its groups", "a line without a dash was read on",
    ]
    @Test("what has no place is said", arguments: said) func notesSay(_ text: String) throws {
        let notes = try Self.draft().notes
        #expect(notes.contains { $0.contains(text) }, "\(notes.joined(separator: "\n"))")
    }

    @Test func examplesBeyondAPoolAreCounted() throws {
        let lines = (0..<230).map { "    - say number \($0)" } + ["    - " + String(repeating: "x", count: 1_200)]
        let text = "nlu:\n- intent: say\n  examples: |\n" + lines.joined(separator: "\n") + "\n"
        let draft = try RasaImport.draft([("nlu.yml", text)], name: "p")
        #expect(draft.pool["say"]?.examples.count == 200)
        #expect(draft.notes.contains { $0.hasPrefix("say: 30 examples more") })
        #expect(draft.notes.contains { $0.hasPrefix("say: 1 examples of more than 1000 bytes") })
    }

    static let luis: JSONValue = [
        "luis_schema_version": "7.0.0", "intents": [["name": "None"], ["name": "Heat"]],
        "entities": [["name": "box", "children": [["name": "size"]], "roles": []]],
        "hierarchicals": [["name": "place", "children": ["from", "to"]]],
        "closedLists": [
            [
                "name": "room", "roles": ["source"],
                "subLists": [["canonicalForm": "bath", "list": ["wash room", "tub"]]],
            ]
        ],
        "regex_entities": [["name": "code", "regexPattern": "[A-Z]{3}", "roles": []]],
        "patternAnyEntities": [["name": "title", "explicitList": ["the one"], "roles": []]],
        "prebuiltEntities": [["name": "number", "roles": []], ["name": "datetimeV2", "roles": []]],
        "composites": [["name": "order", "children": ["room", "number"]]],
        "phraselists": [["name": "Cities", "words": "Bern,Basel"]],
        "patterns": [
            ["pattern": "heat {room}", "intent": "Heat"], ["pattern": "[please] warm {room}", "intent": "Heat"],
        ],
        "utterances": [
            [
                "text": "heat the tub to 30 with code ABC", "intent": "Heat",
                "entities": [
                    ["entity": "room"], ["entity": "number"], ["entity": "code"],
                    ["entity": "box", "children": [["entity": "size"]]], ["entity": "place::from"],
                    ["entity": "place from"],
                ],
            ],
            ["text": "sing", "intent": "None"],
        ],
    ]

    @Test func luisIsKeptOrSaid() throws {
        let draft = try LUISImport.draft(Self.luis.utf8(), path: "a.json", name: "p")
        let heat = try #require(draft.pool["Heat"]).properties
        #expect(heat["room"]?["enum"] == ["bath"] && heat["room"]?["x-synonyms"] == ["bath": ["wash room", "tub"]])
        #expect(heat["number"]?["type"] == "number" && heat["code"]?["x-patterns"] == ["[A-Z]{3}"])
        // Two slots whose names become one name stay two parameters.
        #expect(heat.keys == ["room", "number", "code", "box", "size", "place__from", "place_from"])
        #expect(draft.adapter["functions"]?["Heat"]?["parameters"]?["place__from"] == "place::from")
        for text in [
            "heat {room}  [please] warm {room}", "Cities: not taken over: Bern, Basel", "order (room, number)",
            "box: its parts are slots beside it: size", "place: its parts are slots beside it: from, to",
            "datetimeV2: the prebuilt", "title: its explicit list is not taken over: [\"the one\"]",
            "source: stands for room", "None: its 1 examples",
        ] {
            #expect(draft.notes.contains { $0.contains(text) }, "\(text): \(draft.notes.joined(separator: "\n"))")
        }
    }

    static let marks: [(String, String, [String])] = [
        ("a [b](c) d", "a b d", ["c"]), ("[b](c)", "b", ["c"]), ("no mark", "no mark", []), ("[b] (c)", "[b] (c)", []),
        ("open [b", "open [b", []), ("[a][b](c)", "[a]b", ["c"]),
        ("[x]{\"entity\": \"e\", \"value\": \"a}b\"}", "x", ["e"]),
        ("[x][{\"entity\": \"a\"}, {\"entity\": \"b\"}] y", "x y", ["a", "b"]), ("[x](e:1:2)", "x", ["e"]),
    ]
    @Test(arguments: marks) func readsMarks(_ line: String, _ text: String, _ slots: [String]) throws {
        let yaml: JSONValue = ["nlu": [["intent": "i", "examples": [["text": .string(line)]]]]]
        let draft = try RasaImport.draft([("n.yml", YAMLDocument.text(yaml))], name: "p")
        #expect(draft.pool["i"]?.examples == [text] && draft.pool["i"].map { Array($0.properties.keys) } == slots)
    }
}
