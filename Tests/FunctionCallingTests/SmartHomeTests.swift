import Adapters
import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Retrieval
import Testing

/// The default pool and its adapter, as they are shipped.
@Suite struct SmartHomeTests {
    @Test func poolIsLargeAndVaried() throws {
        let pool = try SmartHome.pool()
        #expect(pool.functions.count >= 80)
        #expect(pool.functions.reduce(0) { $0 + $1.properties.count } >= 240)
        #expect(Set(pool.functions.compactMap(\.domain)).count >= 12)
        for function in pool.functions {
            #expect(!function.description.isEmpty && function.description.count <= 80, "\(function.name)")
            #expect((2...6).contains(function.examples.count), "\(function.name)")
            #expect(function.domain != nil, "\(function.name)")
            for name in function.requiredNames { #expect(function.properties[name] != nil, "\(function.name).\(name)") }
        }
        #expect(Set(pool.functions.map(\.description)).count == pool.functions.count)
        let examples = pool.functions.flatMap(\.examples)
        #expect(Set(examples).count == examples.count)
    }

    @Test func bodyOfThePoolReadsBack() throws {
        let pool = try SmartHome.pool()
        #expect(try FunctionPool(name: pool.name, json: JSONValue(parsing: pool.json.text())) == pool)
    }

    @Test func everySchemaCanBeEnforced() throws { try SmartHome.pool().checkSchemas() }

    @Test func adapterFitsThePool() throws {
        let findings = try SmartHome.adapter().findings(for: SmartHome.pool())
        #expect(findings.unknown == [])
        #expect(findings.unmapped == [])
    }

    /// Calls with every parameter at once, and one call for each value of each enum.
    static func calls(of function: FunctionDefinition) -> [FunctionCall] {
        let full = function.properties.mapValues { sample($0) }
        var calls = [FunctionCall(function: function.name, parameters: full)]
        for (name, schema) in function.properties {
            let isList = schema["type"] == "array"
            let values = (isList ? schema["items"]?["enum"] : schema["enum"])?.arrayValue ?? []
            for value in values + (schema["type"] == "boolean" ? [true, false] : []) {
                calls.append(FunctionCall(function: function.name, parameters: [name: isList ? [value] : value]))
            }
            if let low = schema["minimum"], let high = schema["maximum"] {
                for value in [low, high, 0, 1, -1] {
                    calls.append(FunctionCall(function: function.name, parameters: [name: value]))
                }
            }
        }
        return calls.map { call in
            var call = call
            for name in function.requiredNames where call.parameters[name] == nil { call.parameters[name] = full[name] }
            return call
        }
    }

    private static func sample(_ schema: JSONValue) -> JSONValue {
        switch schema["type"]?.stringValue {
        case "object": .object((schema["properties"]?.objectValue ?? [:]).mapValues { sample($0) })
        case "array": [sample(schema["items"] ?? .null)]
        case "boolean": true
        case "integer", "number": schema["minimum"] ?? 3
        default: schema["enum"]?.arrayValue?.first ?? "word"
        }
    }

    @Test func everyCallHasAnIntentAndLosesNothing() throws {
        let pool = try SmartHome.pool(), adapter = try SmartHome.adapter()
        var count = 0
        for function in pool.functions {
            for call in Self.calls(of: function) {
                let frame = adapter.frame(for: call)
                #expect(frame.unmapped == [], "\(call)")
                #expect(frame.domain != nil && frame.intent != nil, "\(call)")
                count += 1
            }
        }
        #expect(count > 500)
        for outcome in [Outcome.noAppropriateFunction, .requestUnclear] {
            #expect(adapter.frame(for: outcome, confidence: 1).intent != nil)
        }
    }

    /// Queries in words of our own, none of them an example of the pool.
    static let queries: [(String, String)] = [
        ("make the hall lights a little brighter", "light_adjust_brightness"),
        ("heating to nineteen degrees in the guest room", "climate_set_temperature"),
        ("skip to the next song", "media_control_playback"),
        ("start a twelve minute timer for the rice", "timer_start"),
        ("set an alarm for quarter to six on monday", "alarm_set"),
        ("put flour on the shopping list", "list_add_items"),
        ("is it going to rain in bern on saturday", "weather_check_condition"),
        ("navigate to the central station", "navigation_start"), ("call my sister", "call_start"),
        ("translate thank you into portuguese", "translation_translate"),
        ("close the shutters half way", "cover_set_position"),
        ("lock the garage door", "lock_lock_door"), ("vacuum the playroom", "vacuum_start"),
        ("convert 350 francs to yen", "currency_convert"), ("recipe for risotto", "recipe_find"),
    ]
    @Test(arguments: queries) func finds(query: String, function: String) async throws {
        let generator = try ScriptedGenerator { _ in "" }
        let found = try await SmartHome.pipeline(generator).search(FunctionCallRequest(query: query)).candidates
        #expect(found.count == 10 && found.contains { $0.name == function }, "\(found.map(\.name))")
    }
}
