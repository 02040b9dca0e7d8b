import OrderedCollections
import Teaching
import Testing

@Suite struct TemplateCheckTests {
    private static func check(_ text: String) throws -> TemplateCheck {
        let set = try TeachingFixture.set([("a.yaml", text), ("values.yaml", TeachingFixture.shared)])
        return TemplateCheck(set, pool: try TeachingFixture.pool())
    }

    @Test func goodTemplatesHaveNoFault() throws {
        let check = TemplateCheck(try TeachingFixture.set(), pool: try TeachingFixture.pool())
        #expect(check.faults.isEmpty, "\(check.faults)")
        #expect(check.counts["light_on"] == [.en: 5, .zh: 3, .de: 1])
        #expect(check.counts["none"] == [.en: 3, .zh: 2])
        #expect(check.counts["dialogues"] == [.en: 2, .zh: 1])
        #expect(check.counts["missing"] == [.en: 1, .zh: 1])
        #expect(check.report.hasSuffix("37 patterns, 0 errors"))
    }

    /// templates, the place that is named, and a part of what is said
    static let faults: [(String, String, String)] = [
        ("functions: {fly: {en: [a]}}", "functions.fly", "no function fly"),
        (
            "functions: {light_on: {en: ['{lamp} on']}}", "functions.light_on.en[0]",
            "{lamp}: the function has room, level"
        ),
        ("none: {en: ['{room} on']}", "none.en[0]", "there is no function here; write {_room}"),
        ("functions: {light_on: {en: ['a {_lamp}']}}", "functions.light_on.en[0]", "no list lamp has words in en"),
        (
            "functions: {light_on: {en: [{say: 'a {room}', call: {room: b}}]}}", "functions.light_on.en[0]",
            "in the call and in a slot"
        ),
        (
            "functions: {light_on: {en: [{say: a, call: {lamp: b}}]}}", "functions.light_on.en[0]",
            "call.lamp: no such parameter"
        ),
        (
            "functions: {light_on: {en: ['a {color:room}']}}", "functions.light_on.en[0]",
            "\"kitchen\", said \"kitchen\", is refused by light_on.color"
        ),
        ("functions: {order: {en: ['a {items:dish}']}}", "functions.order.en[0]", "is refused by order.items"),
        (
            "functions: {alarm_set: {en: ['a {time:date}']}}", "functions.alarm_set.en[0]",
            "\"tomorrow\" (en) is not read as one time of day"
        ),
        (
            "functions: {alarm_set: {en: ['a {time:clock} {date:clock}']}}", "functions.alarm_set.en[0]",
            "\"7 am\" (en) is not read as one date"
        ),
        ("functions: {alarm_set: {en: ['a[ {time}]']}}", "functions.alarm_set.en[0]", "time is missing"),
        (
            "functions: {alarm_set: {en: [{say: a, call: {time: soon}}]}}", "functions.alarm_set.en[0]",
            "\"soon\" (en) is not read"
        ),
        ("functions: {light_on: {en: ['a {level:number 90..101}']}}", "functions.light_on.en[0]", "refuses: /level"),
        (
            "values: {light_on.room: {en: [kitchen, a room whose name is much too long]}}\nfunctions: {light_on: {en: ['{room}']}}",
            "functions.light_on.en[0]", "much too long"
        ),
    ]

    @Test(arguments: faults) func finds(_ text: String, path: String, message: String) throws {
        let check = try Self.check(text)
        #expect(check.faults.contains { $0.path == path && $0.message.contains(message) }, "\(check.faults)")
        #expect(check.report.contains("error: a.yaml: "))
    }

    @Test("a phrase that many patterns draw is told once") func once() throws {
        let check = try Self.check(
            "values: {clock: {en: [never]}}\nfunctions: {alarm_set: {en: ['a {time}', 'b {time}', 'c {time}']}}")
        #expect(check.faults.filter { $0.message.contains("\"never\"") }.count == 1, "\(check.faults)")
    }

    @Test func functionsWithoutPatternsAreListed() throws {
        let check = try Self.check("functions: {light_on: {en: [light on]}}")
        #expect(check.counts["timer"] == [:])
        #expect(check.report.contains("\ntimer           0     0     0     0     0\n"))
    }
}
