import Documents
import Functions
import Knowledge
import OrderedCollections
import SpokenTime
import TestSupport
import Testing

@Suite struct KnowledgeBaseTests {
    private static let base = KnowledgeBase([
        KnowledgeTerm(
            term: "movie night", explanation: "a scene; start it with scene_activate", aliases: ["cinema mode"],
            examples: ["it's movie night"]),
        KnowledgeTerm(term: "the cube", explanation: "the lamp in the hall"),
        KnowledgeTerm(term: "客厅", explanation: "living room"),
        KnowledgeTerm(term: "booth", explanation: "a table by the window", pools: ["restaurant"]),
    ])

    private static func terms(_ query: String, _ history: [String] = [], pool: String = "home") -> [String] {
        base.find(in: query, history: history.map { .init(role: .user, content: $0) }, pool: pool).map(\.term.term)
    }

    @Test func findsTermsAndAliasesInQueryThenHistory() {
        #expect(Self.terms("Cinema mode, please") == ["movie night"])
        #expect(Self.terms("turn it off", ["dim the cube", "movie night"]) == ["movie night", "the cube"])
        #expect(Self.terms("打开客厅的灯") == ["客厅"])
        #expect(Self.terms("movie nights") == [])
        #expect(Self.terms("movie night cinema mode") == ["movie night"])
    }

    @Test func countsForItsPoolsOnly() {
        #expect(Self.terms("a booth for two") == [])
        #expect(Self.terms("a booth for two", pool: "restaurant") == ["booth"])
    }

    @Test func keepsToTheBudget() {
        let matches = Self.base.find(in: "movie night with the cube", pool: "home")
        let count: (String) -> Int = { $0.utf8.count }
        let all = KnowledgeText(matches, budget: 1000, count: count)
        #expect(
            all.text == """
                Note: movie night (also cinema mode): a scene; start it with scene_activate For example: it's movie night
                Note: the cube: the lamp in the hall
                """)
        // The first only without alias and example, the second not at all.
        let some = KnowledgeText(matches, budget: 60, count: count)
        #expect(
            some.text == "Note: movie night: a scene; start it with scene_activate" && some.isUsed == [true, false])
        #expect(KnowledgeText(matches, budget: 0, count: count).text.isEmpty)
    }

    static let refused: [(JSONValue, String)] = [
        (["explanation": "x", "term": "other"], "term"), (["aliases": ["a"]], "explanation"),
        (["explanation": ""], "explanation"), (["explanation": "x", "aliases": ["a", "--"]], "aliases[1]"),
        (["explanation": "x", "aliases": "a"], "aliases"), (["explanation": "x", "pools": ["a b"]], "pools[0]"),
        (["explanation": "x", "weight": 1], "weight"), ([], ""),
    ]
    @Test(arguments: refused) func namesTheFieldAtFault(_ body: JSONValue, path: String) {
        let error = #expect(throws: FieldError.self) { try KnowledgeTerm(json: body, named: "term") }
        #expect(error?.path == path)
    }

    @Test func readsBack() throws {
        for term in Self.base.terms { #expect(try KnowledgeTerm(json: term.json) == term) }
    }

    /// Words of other languages count in these alone, and are known in the language of the functions.
    @Test func glossesRequestsOfItsLanguages() {
        let base = KnowledgeBase([
            KnowledgeTerm(term: "Licht", explanation: "light", languages: [.german]),
            KnowledgeTerm(term: "Küche", explanation: "kitchen", aliases: ["Kueche"], languages: [.german]),
            KnowledgeTerm(term: "den", explanation: "the room upstairs"),
        ])
        #expect(base.gloss(of: "mach bitte das Licht in der KÜCHE aus", pool: "home") == "light kitchen")
        #expect(base.gloss(of: "turn off the Licht in the den", pool: "home").isEmpty)
        #expect(base.find(in: "turn off the Licht in the den", pool: "home").map(\.term.term) == ["den"])
        #expect(Self.base.gloss(of: "the cube", pool: "home").isEmpty)
    }

    static let listed: [(KnowledgeMatch, JSONValue)] = [
        (
            KnowledgeMatch(term: KnowledgeTerm(term: "a", explanation: "b"), words: "A", place: .query),
            ["term": "a", "in": "query", "by": "words", "words": "A", "in_prompt": true]
        ),
        (
            KnowledgeMatch(
                term: KnowledgeTerm(term: "a", explanation: "b"), words: "", place: .history(2), similarity: 0.51239),
            ["term": "a", "in": "history[2]", "by": "meaning", "similarity": 0.5124, "in_prompt": true]
        ),
    ]
    @Test(arguments: listed) func isListedAsItWasFound(_ match: KnowledgeMatch, json: JSONValue) {
        #expect(match.json(isUsed: true) == json)
    }

    static let files: [(name: String, text: String, terms: [String]?, path: String)] = [
        ("terms.yaml", "terms:\n- {term: a, explanation: b}\n- {term: c, explanation: d}\n", ["a", "c"], ""),
        ("terms.json", #"{"terms": [{"term": "a", "explanation": "b"}]}"#, ["a"], ""),
        ("none.yaml", "# none\n", [], ""),
        ("twice.yaml", "terms: [{term: a, explanation: b}, {term: a, explanation: c}]", nil, "terms[1].term"),
        ("wrong.yaml", "terms: [{term: a}]", nil, "terms[0].explanation"), ("other.yaml", "words: []", nil, "words"),
    ]
    @Test(arguments: files) func readsFiles(name: String, text: String, terms: [String]?, path: String) throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(text.utf8, as: name)
        if let terms {
            #expect(try KnowledgeTerm.load(path: file).map(\.term) == terms)
        } else {
            let error = #expect(throws: PoolError.self) { try KnowledgeTerm.load(path: file) }
            #expect(error?.source == file && error?.description.contains(path) == true, "\(String(describing: error))")
        }
    }

    @Test func longTextsAreNoTerms() {
        #expect(throws: FieldError.self) { try KnowledgeTerm.check(name: String(repeating: "a", count: 201)) }
        #expect(throws: FieldError.self) { try KnowledgeTerm.check(name: "") }
        #expect(throws: Never.self) { try KnowledgeTerm.check(name: String(repeating: "a", count: 200)) }
    }
}
