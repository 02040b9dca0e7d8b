import Documents
import Functions
import OrderedCollections
import Teaching
import Testing

@Suite struct SamplePlanTests {
    private static func result(_ count: Int, seed: UInt64, validShare: Double = 0) throws -> SamplePlan.Result {
        try SamplePlan(count: count, seed: seed, validShare: validShare).result(of: TeachingFixture.set().templates)
    }

    @Test func oneSeedIsOneDataSet() throws {
        let (first, again, other) = (
            try Self.result(300, seed: 4), try Self.result(300, seed: 4), try Self.result(300, seed: 5)
        )
        #expect(first.training == again.training)
        #expect(first.training.map(\.query) != other.training.map(\.query))
        #expect(first.training.map { $0.json(pool: "p").text() } == again.training.map { $0.json(pool: "p").text() })
    }

    @Test("property: no query comes twice with one history", arguments: UInt64(0)..<8) func distinct(seed: UInt64)
        throws
    {
        let result = try Self.result(600, seed: seed, validShare: 0.2)
        let samples = result.training + result.validation
        #expect(Set(samples.map(\.key)).count == samples.count)
        #expect(result.training.map(\.id) == (0..<result.training.count).map { "taught-\($0 + 1)" })
        #expect(Set(samples.map(\.id)).count == samples.count)
    }

    @Test("property: no pattern is on both sides of the split, whatever the seed", arguments: [0.1, 0.3, 0.5])
    func split(share: Double) throws {
        let templates = try TeachingFixture.set().templates
        let plans = (0..<4).map { SamplePlan(count: 100, seed: $0, validShare: share) }
        for template in templates { #expect(Set(plans.map { $0.isHeld(template) }).count == 1) }
        // Queries of patterns without slots and choices tell their pattern.
        let held = Set(templates.filter(plans[0].isHeld).map(\.say.text))
        let result = try Self.result(800, seed: 1, validShare: share)
        #expect(!result.validation.isEmpty)
        for sample in result.training where sample.history.isEmpty { #expect(!held.contains(sample.query)) }
        for sample in result.validation {
            let plain = templates.first { $0.say.text == sample.query && $0.history.isEmpty == sample.history.isEmpty }
            if let plain { #expect(held.contains(plain.say.text)) }
        }
    }

    @Test("without a share nothing is kept back") func noSplit() throws {
        let result = try Self.result(200, seed: 1)
        #expect(result.validation.isEmpty)
        #expect(result.training.count == 200)
    }

    @Test func kindsHaveTheirShares() throws {
        let files = [(name: "own.yaml", text: Self.wide), (name: "values.yaml", text: TeachingFixture.shared)]
        let templates = try TeachingFixture.set(files).templates
        let samples = try SamplePlan(count: 1_000, seed: 2).result(of: templates).training
        func count(_ kinds: Template.Kind...) -> Int { samples.filter { kinds.contains($0.kind) }.count }
        #expect(samples.count == 1_000)
        #expect(count(.none) == 120)
        #expect(count(.unclear, .missing) == 70)
        #expect(count(.dialogue) == 80)
        #expect(count(.call) == 730)
        let calls = samples.filter { $0.kind == .call }
        let functions = Dictionary(grouping: calls) { $0.call?.function }.mapValues(\.count)
        // Four patterns against one: twice as many, not four times.
        #expect((functions["light_on"] ?? 0) > (functions["order"] ?? 0) * 3 / 2)
        #expect((functions["light_on"] ?? 0) < (functions["order"] ?? 0) * 3)
        let english = calls.filter { $0.language == .en }.count, chinese = calls.filter { $0.language == .zh }.count
        #expect(english > chinese && chinese > 0)
    }

    /// Patterns that never run out.
    private static let wide = """
        functions:
          light_on:
            en: ["light a {level:number 0..100} {minutes:span minutes 1..500}", "light b {minutes:span minutes 1..500} {level:number 0..100}"]
            zh: ["灯{level:number 0..100}{minutes:span minutes 1..500}", "把灯调到{level:number 0..100}{minutes:span minutes 1..500}"]
            missing: {en: ["light for {_x:number 1..9999}"]}
          order:
            en: ["order {items:some dish 1..2} on {channel:number 1..9999}"]
        none: {en: ["add {_x:number 1..9999}"]}
        unclear: {zh: ["那个{_x:number 1..9999}"]}
        dialogues: [{history: ["hi {_x:number 1..9999}", hello], say: light on, function: light_on}]
        """

    @Test("where the templates have no more, it ends with what there is") func shortage() throws {
        let text = "functions: {light_on: {en: [light on, lamp on]}}"
        let templates = try TeachingFixture.set([("a.yaml", text)]).templates
        let samples = try SamplePlan(count: 100, seed: 1).result(of: templates).training
        #expect(samples.count == 8)  // two texts, with and without capital and full stop
        #expect(try SamplePlan(count: 10, seed: 1).result(of: []).training.isEmpty)
    }

    @Test func aWrongTemplateEndsTheBuildAndIsNamed() throws {
        let text = "functions: {light_on: {en: ['level {level:number 200..300}']}}"
        let templates = try TeachingFixture.set([("a.yaml", text)]).templates
        let fault = #expect(throws: TemplateFault.self) { _ = try SamplePlan(count: 5, seed: 1).result(of: templates) }
        #expect(fault?.path == "functions.light_on.en[0]")
    }

    @Test func aPhraseThatSaysNothingIsSkippedAndTold() throws {
        let text = """
            values: {clock: {en: [7 am, some day]}}
            functions: {alarm_set: {en: ["wake me at {time}, {_x:number 1..99}"]}}
            """
        let templates = try TeachingFixture.set([("a.yaml", text)]).templates
        let result = try SamplePlan(count: 30, seed: 1).result(of: templates)
        #expect(result.training.count == 30)
        #expect(result.training.allSatisfy { $0.call?.parameters["time"] == "07:00" })
        #expect(result.skipped.count == 1)
        #expect(result.skipped.first?.message.contains("\"some day\" (en)") == true)
    }

    @Test func theSummaryCountsWhatWasDrawn() throws {
        let text = "functions: {light_on: {en: [light on], zh: [开灯]}}\nnone: {en: [hum]}"
        let templates = try TeachingFixture.set([("a.yaml", text)]).templates
        let samples = try SamplePlan(count: 6, seed: 1).result(of: templates).training
        let lines = DatasetSummary(samples).text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "kinds: call 5, none 1")
        #expect(lines[1].hasPrefix("languages: en "))
        #expect(lines[2] == "functions: 1; 5 (light_on) to 5 (light_on) samples each")
    }
}
