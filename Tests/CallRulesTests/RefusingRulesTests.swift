import Documents
import CallRules
import Functions
import OrderedCollections
import Testing

/// Requests that are none: what is said not to be done, and small talk.
@Suite struct RefusingRulesTests {
    private static func function(
        _ name: String, _ description: String, examples: [String] = [], _ properties: JSONObject = [:]
    ) -> FunctionDefinition {
        FunctionDefinition(
            name: name, description: description, parameters: ["type": "object", "properties": .object(properties)],
            examples: examples)
    }
    private static let functions: [String: FunctionDefinition] = [
        "lock": function("lock_lock", "Lock a door.", examples: ["lock the front door"], ["door": ["type": "string"]]),
        "on": function("device_turn_on", "Switch a device or light on.", ["device": ["type": "string"]]),
        "off": function("device_turn_off", "Switch a device or light off.", ["device": ["type": "string"]]),
        "music": function("music_play", "Play music.", ["genre": ["type": "string"]]),
        "wake": function("alarm_cancel", "Delete an alarm.", examples: ["don't wake me tomorrow"]),
        "alarm": function("alarm_set", "Set an alarm to wake the user."),
        "disturb": function("phone_do_not_disturb", "Do not let calls through."),
        "scene": function(
            "light_set_scene", "Set a scene.", examples: ["good night"], ["scene": ["enum": ["good_night"]]]),
        "note": function("list_add", "Add an item to a list."),
    ]

    private static func outcome(_ rule: String, _ query: String, _ function: String, isAnswer: Bool = false) throws
        -> Outcome
    {
        let function = try #require(functions[function])
        let context = RuleContext(RuleRequest(query: query, before: isAnswer ? "" : nil), function: function)
        return RuleBook([rule]).apply(to: FunctionCall(function: function.name, parameters: [:]), context).ruling
            .outcome
    }

    static let negated: [(String, function: String)] = [
        ("please do not lock the front door", "lock"), ("don't lock the door", "lock"), ("Don’t turn on the fan", "on"),
        ("never play music at night", "music"), ("hey, don't ever turn the light on", "on"),
        ("no music please", "music"),
        ("please don't play anything", "music"), ("you should not lock the back door", "lock"),
        ("i don't want you to lock the door", "lock"), ("no need to turn the lights on", "on"),
        ("do not turn off the heater", "off"), ("dont lock it", "lock"), ("no alarm tomorrow", "alarm"),
        ("不要锁前门", "lock"), ("请不要开灯", "on"), ("别放音乐", "music"), ("今晚不用锁门", "lock"), ("先别关灯", "off"), ("把灯别关", "off"),
        ("schließ die Haustür nicht ab", "lock"), ("Bitte mach das Licht nicht an", "on"),
        ("mach bitte kein Licht an", "on"),
        ("spiel keine Musik", "music"), ("ne ferme pas la porte", "lock"), ("n'allume pas la lumière", "on"),
        ("s'il te plaît, ne joue pas de musique", "music"), ("pas de musique", "music"),
        ("no cierres la puerta", "lock"),
        ("por favor no enciendas la luz", "on"), ("no pongas música", "music"),
        ("under no circumstances lock the door", "lock"), ("on no account should you play music", "music"),
        ("I'd rather you didn't lock the door", "lock"), ("i would prefer you not to play music", "music"),
        ("do not, I repeat, do not lock the door", "lock"), ("whatever you do, don't lock the door", "lock"),
        ("hold off on locking the back door", "lock"), ("please refrain from playing music", "music"),
        ("avoid locking the door tonight", "lock"), ("verschließ auf keinen Fall die Haustür", "lock"),
        ("en aucun cas verrouille la porte", "lock"), ("évite de jouer de la musique", "music"),
        ("por favor, en ningún caso cierres la puerta", "lock"), ("evita encender la luz", "on"), ("禁止播放音乐", "music"),
        ("切勿开灯", "on"),
    ]
    @Test(arguments: negated) func whatIsNotToBeDoneIsNotDone(query: String, function: String) throws {
        #expect(try Self.outcome("negated_request", query, function) == .noAppropriateFunction)
    }

    @Test(
        "a negation that a value says is none of the whole",
        arguments: [
            "导航去虹桥机场，别走高速", "navigation nach Hause, nicht über die Autobahn", "ne prends pas l'autoroute pour rentrer",
        ])
    func negatedValues(query: String) {
        let function = Self.function(
            "navigation_start", "Show the way.", ["avoid": ["type": "array", "items": ["type": "string"]]])
        let context = RuleContext(RuleRequest(query: query), function: function)
        func outcome(_ parameters: JSONObject) -> Outcome {
            RuleBook(["negated_request"]).apply(
                to: FunctionCall(function: function.name, parameters: parameters), context
            ).ruling.outcome
        }
        #expect(outcome(["avoid": ["motorways"]]) == .call)
        #expect(outcome([:]) == .noAppropriateFunction)
    }

    static let wanted: [(String, function: String)] = [
        ("lock the front door", "lock"), ("don't forget to lock the door", "lock"),
        ("why don't you play some music", "music"),
        ("don't let me oversleep, set an alarm", "alarm"), ("don't wake me tomorrow", "wake"),
        ("avoid the garage and lock the front door", "lock"), ("hold off on the music, lock the door", "lock"),
        ("I'd rather you lock the door", "lock"), ("avoid getting robbed, lock the door", "lock"),
        ("do not disturb", "disturb"), ("don't disturb me", "disturb"), ("don't leave the lights on", "off"),
        ("don't play jazz, play some rock", "music"), ("don't turn on the light but turn on the fan", "on"),
        ("i don't like it so dark, turn on the light", "on"), ("no, the kitchen light", "on"),
        ("no more sugar on the list", "note"),
        ("turn the light on, it is not bright", "on"), ("add not only milk to the list", "note"),
        ("is the door not locked", "lock"),
        ("打开勿扰模式", "disturb"), ("别忘了锁门", "lock"), ("要不要开灯", "on"), ("特别亮的灯打开", "on"), ("不要放爵士，换成摇滚", "music"),
        ("vergiss nicht die Tür abzuschließen", "lock"), ("warum geht das Licht nicht an", "on"),
        ("nicht das Licht, sondern der Ventilator", "on"), ("kannst du nicht das Licht anmachen", "on"),
        ("n'oublie pas de fermer la porte", "lock"), ("ferme la porte", "lock"),
        ("no olvides cerrar la puerta", "lock"),
        ("¿por qué no pones música?", "music"), ("no, la cocina", "on"), ("cierra la puerta", "lock"),
        ("そのドアを閉めて", "lock"),
    ]
    @Test(arguments: wanted) func whatIsWantedIsDone(query: String, function: String) throws {
        #expect(try Self.outcome("negated_request", query, function) == .call)
    }

    static let talk = [
        "thank you so much", "thanks!", "Thank you very much for your help", "hello", "Hi there", "good morning", "a",
        "x", "?",
        "...", "👍", "ok", "okay cool", "how are you", "what's up?", "lol", "hmm", "you're welcome", "bye bye", "sorry",
        "danke", "vielen Dank", "Hallo!", "Guten Morgen", "merci beaucoup", "bonjour", "au revoir", "gracias",
        "muchas gracias",
        "buenos días", "hola", "谢谢", "谢谢你", "你好", "晚安", "再见", "哈哈", "太好了", "好的", "嗯",
    ]
    @Test(arguments: talk) func smallTalkIsNoRequest(query: String) throws {
        #expect(try Self.outcome("small_talk", query, "on") == .noAppropriateFunction)
    }

    static let asked: [(String, function: String, isAnswer: Bool)] = [
        ("thank you, now turn on the light", "on", false), ("louder", "music", false), ("lights", "on", false),
        ("good night", "scene", false), ("music please", "music", false), ("hello, play some music", "music", false),
        ("yes", "on", true), ("ok", "on", true), ("b", "on", true), ("2", "on", true), ("好的", "on", true),
        ("no", "on", true),
        ("7", "alarm", false), ("灯", "on", false), ("开灯", "on", false), ("谢谢，把灯打开", "on", false),
        ("ok google play music", "music", false),
        ("say thanks to mom", "note", false), ("danke, mach das Licht an", "on", false), ("good movie", "music", false),
    ]
    @Test(arguments: asked) func aRequestIsNoSmallTalk(query: String, function: String, isAnswer: Bool) throws {
        #expect(try Self.outcome("small_talk", query, function, isAnswer: isAnswer) == .call)
    }
}
