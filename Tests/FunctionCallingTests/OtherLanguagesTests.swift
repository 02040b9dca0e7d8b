import FunctionCalling
import Functions
import Knowledge
import Testing

/// Requests in other languages than that of the functions, and requests that share nothing with them.
@Suite struct OtherLanguagesTests {
    static let glossed: [(String, gloss: [String])] = [
        ("把客厅的灯关掉", ["living room", "light", "turn off"]),
        ("Mach das Licht in der Küche aus", ["light", "kitchen", "turn off"]),
        ("éteins la lumière de la cuisine", ["turn off", "light", "kitchen"]),
        ("apaga la luz de la cocina", ["turn off", "light", "kitchen"]),
        ("明天会下雨吗", ["tomorrow", "rain"]), ("stell den Wecker auf sieben", ["alarm"]),
        ("pon música en el salón", ["music", "living room"]),
    ]
    /// The shipped words lead a request of another language to the functions that it is about.
    @Test(arguments: glossed) func theShippedWordsAreFound(query: String, gloss: [String]) async throws {
        var terms: [KnowledgeTerm] = []
        for name in ["smart-home", "smart-home-words"] {
            terms += try KnowledgeTerm.load(path: SmartHome.path("knowledge").replacing("smart-home", with: name))
        }
        let pipeline = try SmartHome.pipeline(ScriptedGenerator { _ in "" })
        pipeline.catalog.knowledge = KnowledgeBase(terms)
        let found = try await pipeline.retrieve(FunctionCallRequest(query: query))
        for word in gloss { #expect(found.gloss.contains(word), "\(found.gloss)") }
        #expect(try await pipeline.retrieve(FunctionCallRequest(query: "turn off the light")).gloss.isEmpty)
    }

    static let found: [(String, function: String)] = [
        ("把客厅的灯关掉", "device_turn_off"), ("Mach das Licht in der Küche aus", "device_turn_off"),
        ("apaga la luz de la cocina", "device_turn_off"), ("allume la lumière du salon", "device_turn_on"),
        ("明天天气怎么样", "weather_get_forecast"), ("播放音乐", "media_play_music"),
    ]
    @Test(arguments: found) func theFunctionIsAmongTheCandidates(query: String, function: String) async throws {
        let pipeline = try SmartHome.pipeline(ScriptedGenerator { _ in "" })
        pipeline.catalog.knowledge = KnowledgeBase(
            try KnowledgeTerm.load(path: SmartHome.path("knowledge").replacing("smart-home", with: "smart-home-words")))
        let names = try await pipeline.retrieve(FunctionCallRequest(query: query)).candidates.map(\.name)
        #expect(names.contains(function), "\(names)")
    }

    // MARK: Requests that share nothing with the functions

    private static func pool(_ count: Int) throws -> FunctionPool {
        try FunctionPool(
            name: "own",
            functions: (0..<count).map { FunctionDefinition(name: "do_\($0)", description: "Does thing \($0).") })
    }

    static let lost: [(functions: Int, query: String, candidates: Int, isLost: Bool)] = [
        (30, "выключи свет", 30, false), (64, "выключи свет", 64, false), (65, "выключи свет", 10, true),
        (65, "does thing 7", 10, false), (8, "выключи свет", 8, false),
    ]
    @Test(arguments: lost) func aSmallPoolIsOfferedWholeALargeOneIsUnclear(
        functions: Int, query: String, candidates: Int, isLost: Bool
    ) async throws {
        let generator = try ScriptedGenerator { _ in #"{"name": "do_1", "arguments": {}}"# }
        let pipeline = try SmartHome.pipeline(generator, choosing: .calibrated)
        pipeline.catalog.store(IndexedPool(try Self.pool(functions)))
        pipeline.catalog.store(ChoosingTests.always, for: "own")
        var request = FunctionCallRequest(query: query)
        request.pool = "own"
        let found = try await pipeline.retrieve(request)
        #expect(found.candidates.count == candidates && found.isLost == isLost)
        let result = try await pipeline.run(request)
        #expect(result.outcome == (isLost ? .requestUnclear : .call))
        #expect(!isLost || result.confidence >= 0.9)
    }
}
