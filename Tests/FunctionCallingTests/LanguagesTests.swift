import Documents
import FunctionCalling
import Functions
import Knowledge
import OrderedCollections
import Testing

/// Requests in Chinese, German, French and Spanish over two functions with optional enums and booleans: whatever was said stays.
@Suite struct LanguagesTests {
    private static let light = FunctionDefinition(
        name: "light_set", description: "Switch the lights of a room.",
        parameters: [
            "type": "object", "required": ["state"],
            "properties": [
                "state": ["enum": ["on", "off"]],
                "room": ["enum": ["kitchen", "bedroom", "living_room", "bathroom", "garden"]],
                "color": ["enum": ["red", "blue", "green", "white"]], "slowly": ["type": "boolean"],
            ],
        ])
    private static let music = FunctionDefinition(
        name: "music_play", description: "Play music.",
        parameters: [
            "type": "object",
            "properties": [
                "genre": ["enum": ["jazz", "rock", "classical", "pop"]],
                "room": ["enum": ["kitchen", "bedroom", "living_room"]],
                "shuffle": ["type": "boolean"], "loud": ["type": "boolean"], "artist": ["type": "string"],
            ],
        ])

    static let requests: [(String, JSONObject)] = [
        ("把厨房的灯关掉", ["state": "off", "room": "kitchen"]), ("打开卧室的灯", ["state": "on", "room": "bedroom"]),
        ("客厅的灯调成蓝色", ["state": "on", "room": "living_room", "color": "blue"]),
        ("慢慢关掉浴室的灯", ["state": "off", "room": "bathroom", "slowly": true]),
        ("花园开灯", ["state": "on", "room": "garden"]),
        ("请把红灯打开", ["state": "on", "color": "red"]), ("厨房放点爵士乐", ["genre": "jazz", "room": "kitchen"]),
        ("随机播放摇滚", ["genre": "rock", "shuffle": true]),
        ("在卧室大声放古典音乐", ["genre": "classical", "room": "bedroom", "loud": true]),
        ("我想听周杰伦的歌", ["artist": "周杰伦"]),
        ("Mach das Licht in der Küche aus", ["state": "off", "room": "kitchen"]),
        ("Schalte das Licht im Schlafzimmer an", ["state": "on", "room": "bedroom"]),
        ("Mach das Wohnzimmer blau", ["state": "on", "room": "living_room", "color": "blue"]),
        ("Dimm das Licht im Bad langsam aus", ["state": "off", "room": "bathroom", "slowly": true]),
        ("Licht im Garten an", ["state": "on", "room": "garden"]),
        ("Rotes Licht bitte", ["state": "on", "color": "red"]),
        ("Spiel Jazz in der Küche", ["genre": "jazz", "room": "kitchen"]),
        ("Spiele Rock in zufälliger Reihenfolge", ["genre": "rock", "shuffle": true]),
        ("Spiel laut Klassik im Schlafzimmer", ["genre": "classical", "room": "bedroom", "loud": true]),
        ("Ich möchte etwas von Herbert hören", ["artist": "Herbert"]),
        ("Éteins la lumière de la cuisine", ["state": "off", "room": "kitchen"]),
        ("allume la chambre", ["state": "on", "room": "bedroom"]),
        ("mets le salon en bleu", ["state": "on", "room": "living_room", "color": "blue"]),
        ("éteins doucement la salle de bain", ["state": "off", "room": "bathroom", "slowly": true]),
        ("allume dans le jardin", ["state": "on", "room": "garden"]),
        ("lumière rouge s'il te plaît", ["state": "on", "color": "red"]),
        ("mets du jazz dans la cuisine", ["genre": "jazz", "room": "kitchen"]),
        ("joue du rock en aléatoire", ["genre": "rock", "shuffle": true]),
        ("mets du classique fort dans la chambre", ["genre": "classical", "room": "bedroom", "loud": true]),
        ("je veux écouter Zaz", ["artist": "Zaz"]),
        ("apaga la luz de la cocina", ["state": "off", "room": "kitchen"]),
        ("enciende el dormitorio", ["state": "on", "room": "bedroom"]),
        ("pon el salón en azul", ["state": "on", "room": "living_room", "color": "blue"]),
        ("apaga despacio el baño", ["state": "off", "room": "bathroom", "slowly": true]),
        ("enciende las luces del jardín", ["state": "on", "room": "garden"]),
        ("luz roja por favor", ["state": "on", "color": "red"]),
        ("pon jazz en la cocina", ["genre": "jazz", "room": "kitchen"]),
        ("toca rock en modo aleatorio", ["genre": "rock", "shuffle": true]),
        ("pon música clásica fuerte en el dormitorio", ["genre": "classical", "room": "bedroom", "loud": true]),
        ("quiero escuchar a Shakira", ["artist": "Shakira"]),
    ]
    @Test(arguments: requests) func nothingThatWasSaidIsDropped(query: String, said: JSONObject) {
        let function = said["state"] == nil ? Self.music : Self.light
        let context = RuleContext(query: query, function: function)
        let call = FunctionCall(function: function.name, parameters: said)
        let (ruling, changed) = RuleBook(RuleBook.names).apply(to: call, context)
        #expect(ruling == .call(call) && changed.isEmpty, "\(changed)")
    }

    @Test func thereAreFortyOfThem() { #expect(Self.requests.count == 40) }

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
