import Datasets
import Documents
import Evaluation
import FunctionCalling
import Functions
import Judging
import OrderedCollections
import Testing

@Suite struct SampleMixTests {
    /// Fourteen functions, each with a word of its own.
    private static let words = [
        "lamp", "door", "oven", "radio", "clock", "train", "letter", "recipe", "garden", "ticket", "coin", "poem",
        "river", "violin",
    ]

    private static var pool: String {
        let functions = words.map {
            #"{"name": "use_\#($0)", "description": "Does something with a \#($0).", "parameters": {"type": "object","#
                + #" "required": ["how"], "properties": {"how": {"type": "string", "description": "in which way"},"#
                + #" "count": {"type": "integer", "description": "how often", "maximum": 9}}}}"#
        }
        return #"{"functions": [\#(functions.joined(separator: ", "))]}"#
    }

    private static func call(_ id: Int, _ parameters: String = #"{"how": "well", "count": 2}"#) -> String {
        let word = words[id % words.count]
        return #"{"id": "d\#(id)-1", "query": "the \#(word), twice", "pool": "pool.json", "outcome": "call", "#
            + #""expected": [{"function": "use_\#(word)", "parameters": \#(parameters)}]}"#
    }

    private static func file(_ lines: [String]) throws -> DatasetFile {
        try SampleSet(lines, pool: pool).file()
    }

    private static func mix(
        _ lines: [String], limit: Int? = nil, seed: UInt64 = 0, _ change: (inout SampleMix.Parts) -> Void = { _ in }
    ) throws -> SampleMix {
        var parts = SampleMix.Parts()
        (parts.masked, parts.refused, parts.listed) = (0, 0, 0)
        change(&parts)
        var mix = SampleMix(parts, seed: seed)
        mix.add(try file(lines), limit: limit)
        return mix
    }

    private static let calls = (0..<120).map { call($0) }

    @Test func aPoolIsCutToWhatASampleNeedsItsNeighboursAndOthers() throws {
        let mix = try Self.mix(Self.calls)
        #expect(mix.samples.count == 120 && mix.unsound == 0)
        var places: Set<Int> = [], counts: Set<Int> = []
        for mixed in mix.samples {
            let names = mixed.functions.map(\.name)
            #expect((2...10).contains(names.count) && Set(names).count == names.count)
            let place = try #require(names.firstIndex(of: mixed.calls[0].function))
            places.insert(place)
            counts.insert(names.count)
        }
        // Neither the first nor any other place is that of the right one.
        #expect(places.count >= 8 && counts.count >= 8)
    }

    @Test func refusedOnesLoseWhatTheyWantAndWhatIsLikeIt() throws {
        let mix = try Self.mix(Self.calls) { $0.refused = 1 }
        #expect(mix.samples.allSatisfy { $0.outcome == .noAppropriateFunction && $0.calls.isEmpty })
        for mixed in mix.samples {
            let word = try #require(Self.words.first { mixed.sample.query.contains($0) })
            #expect(!mixed.functions.isEmpty && !mixed.functions.contains { $0.name == "use_\(word)" })
        }
    }

    @Test func maskedNamesSayNothingAndCallsFollow() throws {
        let mix = try Self.mix(Self.calls) { $0.masked = 1 }
        var renamed = 0
        for mixed in mix.samples {
            #expect(!mixed.functions.contains { $0.name.hasPrefix("use_") })
            let call = mixed.calls[0]
            let function = try #require(mixed.functions.first { $0.name == call.function })
            #expect(call.parameters.keys.allSatisfy { function.properties[$0] != nil })
            #expect(function.requiredNames.count == 1 && function.properties[function.requiredNames[0]] != nil)
            #expect(call.parameters.values.contains(2) && call.parameters.values.contains("well"))
            let word = try #require(Self.words.first { mixed.sample.query.contains($0) })
            #expect(function.description.contains(word))
            if function.properties["how"] == nil { renamed += 1 }
        }
        #expect((20...100).contains(renamed))
    }

    @Test func functionsWithoutDescriptionsKeepTheirNames() throws {
        let pool = SampleSet.pool.replacing("Stops it.", with: "Stops")
        let file = try SampleSet([SampleSet.call("1", "a lamp")], pool: pool).file()
        var parts = SampleMix.Parts()
        (parts.masked, parts.refused) = (1, 0)
        var mix = SampleMix(parts)
        mix.add(file)
        #expect(Set(mix.samples[0].functions.map(\.name)) == ["set_light", "stop"])
    }

    @Test func singleCallsMayBeListsAndSeveralAlwaysAre() throws {
        let two = Self.call(3).replacing(
            "\"expected\": [", with: #""expected": [{"function": "use_coin", "parameters": {"how": "so"}}, "#)
        let single = try Self.mix(Self.calls).samples, listed = try Self.mix(Self.calls) { $0.listed = 1 }.samples
        #expect(single.allSatisfy { $0.maxCalls == 1 && $0.json["max_calls"] == nil })
        #expect(listed.allSatisfy { $0.maxCalls == 8 && $0.json["max_calls"] == 8 })
        let several = try Self.mix([two]).samples[0]
        #expect(several.maxCalls == 8 && several.calls.count == 2)
    }

    /// What the grammar could not write.
    @Test(arguments: [#"{"how": 3}"#, #"{"count": 2}"#, #"{"how": "a", "count": 12}"#])
    func whatCannotBeAnsweredIsLeftOut(parameters: String) throws {
        let mix = try Self.mix([Self.call(1, parameters), Self.call(2)])
        #expect(mix.samples.count == 1 && mix.unsound == 1)
    }

    @Test func limitsAndSeedsAreRepeatable() throws {
        /// What is drawn; the set's name is that of a folder, another for each.
        func drawn(_ lines: [String], limit: Int? = nil, seed: UInt64 = 0) throws -> [[String]] {
            try Self.mix(lines, limit: limit, seed: seed) { ($0.masked, $0.refused, $0.listed) = (0.3, 0.2, 0.2) }
                .samples.map { mixed in
                    let functions = mixed.functions.map { $0.json.text() },
                        calls = mixed.calls.map { $0.function + JSONValue.object($0.parameters).text() }
                    return [mixed.sample.id, "\(mixed.maxCalls)"] + functions + calls
                }
        }
        let all = try drawn(Self.calls)
        let (turned, some) = (try drawn(Self.calls.reversed()), try drawn(Self.calls, limit: 30))
        #expect((turned == all, some == Array(all.prefix(30))) == (true, true))
        let other = try drawn(Self.calls, seed: 1)
        let isSame = other == all
        #expect(other.count == all.count && !isSame)
    }

    @Test func dialoguesAreHeldBackWhole() throws {
        let turns = Self.calls + Self.calls.map { $0.replacing("-1\"", with: "-2\"") }
        let (training, validation) = try Self.mix(turns).split(holding: 0.2)
        let dialogue = { (mixed: MixedSample) in mixed.sample.id.prefix { $0 != "-" } }
        #expect(training.count + validation.count == 240 && (20...80).contains(validation.count))
        #expect(Set(training.map(dialogue)).isDisjoint(with: validation.map(dialogue)))
        #expect(try Self.mix(turns).split(holding: 0).validation.isEmpty)
    }

    /// Ids that differ in a number at their end only, and are more than a dialogue has.
    @Test func countedSamplesAreNoDialogue() throws {
        let counted = Self.calls.enumerated().map { $1.replacing("\"d\($0)-1\"", with: "\"set-\($0)\"") }
        let (training, validation) = try Self.mix(counted).split(holding: 0.2)
        #expect((8...45).contains(validation.count) && training.count + validation.count == 120)
    }

    @Test func aLineIsASampleOfItsOwn() throws {
        let mixed = try Self.mix([Self.call(0)]).samples[0]
        let set = try SampleSet([mixed.json.text()]).file()
        #expect(set.rows[0].sample.reference.expected == mixed.calls && set.rows[0].functions == mixed.functions)
        #expect(set.rows[0].sample.id.hasSuffix("d0-1"))
    }
}
