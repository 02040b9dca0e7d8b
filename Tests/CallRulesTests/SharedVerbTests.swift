import CallRules
import Documents
import Functions
import OrderedCollections
import Testing

/// Things that a request names beside the one that a call is about.
@Suite struct SharedVerbTests {
    private static let turnOn = FunctionDefinition(
        name: "turn_on", description: "",
        parameters: [
            "type": "object", "required": ["device"],
            "properties": [
                "device": ["type": "string", "maxLength": 20],
                "room": ["enum": ["kitchen", "living_room", "bedroom", "Küche", "Bad"]], "to": ["type": "string"],
                "message": ["type": "string"],
            ],
        ])

    /// query, parameter and value of the call, those of the further calls
    static let requests: [(String, String, String, [String])] = [
        ("turn on the light and the fan", "device", "light", ["fan"]),
        ("turn on the light and the fan", "device", "fan", ["light"]),
        ("turn off the kitchen light and the TV", "device", "kitchen light", ["tv"]),
        ("switch the light, the fan and the heater on", "device", "light", ["fan", "heater"]),
        ("turn on the light and my desk lamp in the bedroom", "device", "light", ["desk lamp"]),
        ("Mach das Licht und den Ventilator an", "device", "Licht", ["ventilator"]),
        ("allume la lampe et le ventilateur", "device", "lampe", ["ventilateur"]),
        ("enciende la luz y el ventilador por favor", "device", "luz", ["ventilador"]),
        ("light in the kitchen and bedroom", "room", "kitchen", ["bedroom"]),
        ("light in the kitchen, bedroom and living room", "room", "bedroom", ["kitchen", "living_room"]),
        ("Licht in Küche und Bad an", "room", "Küche", ["Bad"]),
        // Another request, another sentence, names, and what is not said or is said by another parameter.
        ("turn off the tv and play jazz", "device", "tv", []), ("turn on the light and dim it", "device", "light", []),
        ("turn on the light and the rest is fine", "device", "light", []),
        ("turn on the light", "device", "light", []), ("the light, the fan", "device", "light", []),
        ("call Anna and Bob", "device", "Anna", []), ("打开灯和风扇", "device", "light", []),
        ("say the light and the fan are on", "message", "the light", []),
        ("turn on the light and the very big old blue fan", "device", "light", []),
        ("the kitchen and the hall", "room", "kitchen", []),
        ("turn on the light and the fan that never stopped in any year", "device", "light", []),
    ]
    @Test(arguments: requests) func areFound(query: String, name: String, value: String, others: [String]) {
        var parameters: JSONObject = ["device": "lamp"]
        parameters[name] = .string(value)
        let call = FunctionCall(function: "turn_on", parameters: parameters, confidence: 0.5)
        let further = SharedVerb(query, Self.turnOn).further(call)
        #expect(further.map { $0.parameters[name]?.stringValue } == others)
        #expect(further.allSatisfy { $0.confidence == 0.5 && $0.function == "turn_on" })
        #expect(SharedVerb.words(leftOutOf: call, in: further) == others)
    }

    @Test func whatTheCallSaysElsewhereIsNotMissing() {
        let call = FunctionCall(function: "turn_on", parameters: ["device": "light", "to": "fan"])
        #expect(SharedVerb("from the light and the fan", Self.turnOn).further(call).isEmpty)
    }

    @Test func whatTheSchemaRefusesIsNoThing() {
        let call = FunctionCall(function: "turn_on", parameters: ["device": "light"])
        #expect(SharedVerb("the light and the extraordinarilylongname", Self.turnOn).further(call).isEmpty)
    }
}
