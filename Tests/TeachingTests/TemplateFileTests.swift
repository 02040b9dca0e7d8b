import Documents
import Functions
import Teaching
import TestSupport
import Testing

@Suite struct TemplateFileTests {
    /// A file, the place that is named, and a part of what is said.
    static let faults: [(String, String, String)] = [
        ("functions: [", "", "invalid YAML"),
        ("[1]", "", "must be a mapping of names, not array"),
        ("fnctions: {}", "fnctions", "unknown here; known: values, functions, none, unclear, dialogues"),
        ("functions: {fly: {en: [a]}}", "functions.fly", "the pool small has no function fly"),
        (
            "functions: {light_on: {it: [a]}}", "functions.light_on.it",
            "unknown here; known: en, zh, de, fr, es, missing"
        ),
        ("functions: {light_on: {en: a}}", "functions.light_on.en", "must be a list, not string"),
        ("functions: {light_on: {en: [a, 5]}}", "functions.light_on.en[1]", "a pattern is a text or {say"),
        ("functions: {light_on: {en: [{call: {}}]}}", "functions.light_on.en[0]", "say and each turn"),
        ("functions: {light_on: {en: [{say: a, cal: {}}]}}", "functions.light_on.en[0].cal", "unknown here"),
        ("functions: {light_on: {en: [{say: a, call: []}]}}", "functions.light_on.en[0].call", "must be a mapping"),
        ("functions: {light_on: {en: ['[a']}}", "functions.light_on.en[0]", "[ without its ]"),
        ("functions: {light_on: {missing: {xx: [a]}}}", "functions.light_on.missing.xx", "unknown here"),
        ("values: {room: {xx: [a]}}", "values.room.xx", "unknown here; known: en, zh, de, fr, es, any"),
        ("values: {room: {en: [a, {value: b}]}}", "values.room.en[1]", "an entry is a text or"),
        ("values: {room: [a]}", "values.room", "must be a mapping"),
        ("none: {en: [(a]}", "none.en[0]", "( without its )"),
        ("dialogues: [{language: it, say: a}]", "dialogues[0].language", "it is none of en, zh, de, fr, es"),
        ("dialogues: [{say: a, function: fly}]", "dialogues[0]", "no function fly"),
        ("dialogues: [{say: a, history: [a, '']}]", "dialogues[0]", "say and each turn"),
        ("dialogues: [{say: a, who: b}]", "dialogues[0].who", "unknown here"),
    ]

    @Test(arguments: faults) func names(_ text: String, path: String, message: String) throws {
        let file = TemplateFile(text, file: "own.yaml", pool: try TeachingFixture.pool())
        let fault = try #require(file.faults.first)
        #expect(fault.path == path)
        #expect(fault.message.contains(message), "\(fault.message)")
        #expect("\(fault)".hasPrefix(path.isEmpty ? "own.yaml: \(fault.message)" : "own.yaml: \(path): "))
    }

    @Test func whatIsRightBesideAFaultIsRead() throws {
        let text = "functions: {fly: {en: [a]}, light_on: {en: ['(a', light on, lamp on], zh: [开灯]}}"
        let file = TemplateFile(text, file: "own.yaml", pool: try TeachingFixture.pool())
        #expect(file.faults.count == 2)
        #expect(file.templates.map(\.say.text) == ["light on", "lamp on", "开灯"])
        #expect(file.templates.map(\.place.path).last == "functions.light_on.zh[0]")
    }

    /// kind, its patterns, the outcome of its first
    static let kinds: [(Template.Kind, Int, Outcome)] = [
        (.call, 24, .call), (.none, 5, .noAppropriateFunction), (.unclear, 3, .requestUnclear),
        (.missing, 2, .requestUnclear), (.dialogue, 3, .call),
    ]

    @Test(arguments: kinds) func readsEveryKind(_ kind: Template.Kind, count: Int, outcome: Outcome) throws {
        let set = try TeachingFixture.set()
        #expect(set.faults.isEmpty)
        let found = set.templates.filter { $0.kind == kind }
        #expect(found.count == count)
        #expect(found.first?.outcome == outcome)
    }

    @Test func dialoguesHaveTheirOwnOutcomes() throws {
        let dialogues = try TeachingFixture.set().templates.filter { $0.kind == .dialogue }
        #expect(dialogues.map(\.outcome) == [.call, .noAppropriateFunction, .requestUnclear])
        #expect(dialogues.map(\.language) == [.en, .en, .zh])
        #expect(dialogues.map(\.history.count) == [3, 2, 2])
    }

    @Test func aPatternWithAHistoryIsADialogue() throws {
        let text = "functions: {light_on: {en: [{say: brighter, history: [light on, Done.], call: {level: 100}}]}}"
        let template = try #require(try TeachingFixture.set([("a.yaml", text)]).templates.first)
        #expect(template.kind == .dialogue)
        #expect(template.outcome == .call)
        #expect(template.text == "light on\nDone.\nbrighter")
    }

    @Test func aFolderIsReadInTheOrderOfItsNames() throws {
        let folder = try TemporaryFolder()
        for (name, text) in TeachingFixture.files + [("a.yaml", "none: {en: [hum]}")] {
            _ = try folder.write(text.utf8, as: name)
        }
        let pool = try TeachingFixture.pool()
        let set = try TemplateSet.load(folder: folder.path, pool: pool)
        #expect(set.faults.isEmpty)
        #expect(set.templates.first?.place == TemplatePlace(file: "a.yaml", path: "none.en[0]"))
        #expect(set.templates.count == (try TeachingFixture.set().templates.count) + 1)
    }

    @Test func aFolderWithoutTemplatesIsAnError() throws {
        let folder = try TemporaryFolder(), pool = try TeachingFixture.pool()
        let error = #expect(throws: DocumentError.self) { _ = try TemplateSet.load(folder: folder.path, pool: pool) }
        #expect(error?.reason.contains("holds no .yaml") == true)
    }
}
