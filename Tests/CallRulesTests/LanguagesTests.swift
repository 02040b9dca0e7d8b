import CallRules
import Documents
import Functions
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
        let context = RuleContext(RuleRequest(query: query), function: function)
        let call = FunctionCall(function: function.name, parameters: said)
        let (ruling, changed) = RuleBook(RuleBook.names).apply(to: call, context)
        #expect(ruling == .call(call) && changed.isEmpty, "\(changed)")
    }

    @Test func thereAreFortyOfThem() { #expect(Self.requests.count == 40) }
}
