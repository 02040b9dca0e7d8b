import CallRules
import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Testing

/// What rules do to an answer of the pipeline.
@Suite struct CorrectTests {
    private static let lamp = FunctionDefinition(
        name: "set", description: "Set the brightness.",
        parameters: [
            "type": "object", "required": ["level"],
            "properties": ["level": ["type": "integer", "minimum": 0, "maximum": 100]],
        ])

    private static func run(_ request: FunctionCallRequest, level: Int) async throws -> FunctionCallResult {
        var request = request
        (request.functions, request.retriever, request.explain) = ([lamp], .all, true)
        let pipeline = try SmartHome.pipeline(
            ScriptedGenerator { _ in #"{"name": "set", "arguments": {"level": \#(level)}}"# })
        return try await pipeline.run(request)
    }

    @Test func theAnswerSaysWhatWasChanged() async throws {
        let result = try await Self.run(FunctionCallRequest(query: "set the brightness to 85 percent"), level: 8)
        #expect(result.outcome == .call && result.calls.first?.parameters == ["level": 85])
        #expect(
            result.json["explain"]?["changed"] == [
                ["rule": "said_numbers", "function": "set", "parameter": "level", "from": 8, "to": 85]
            ])
    }

    @Test func theAnswerNamesTheBound() async throws {
        let result = try await Self.run(FunctionCallRequest(query: "set the brightness to 150 percent"), level: 15)
        #expect(result.outcome == .requestUnclear && result.calls.isEmpty)
        #expect(result.json["message"] == "level must be at most 100; 150 was said")
    }

    /// Yes is small talk, unless it answers what was asked before; what the system says asks nothing.
    @Test(arguments: [(DialogueTurn.Role.assistant, Outcome.call), (.system, .noAppropriateFunction)])
    func whatWasSaidBeforeCounts(role: DialogueTurn.Role, outcome: Outcome) async throws {
        var request = FunctionCallRequest(query: "yes")
        request.history = [DialogueTurn(role: role, content: "Shall I set the brightness to 5?")]
        #expect(try await Self.run(request, level: 5).outcome == outcome)
    }

    /// Calls that are allowed, the devices of those that are made, and what is told.
    @Test(arguments: [
        (1, ["light"], JSONValue.string("Left out, since one call is allowed: fan, heater")),
        (2, ["light", "fan"], "Left out, since 2 calls are allowed: heater"), (4, ["light", "fan", "heater"], .null),
    ])
    func thingsThatShareAVerb(most: Int, devices: [JSONValue], message: JSONValue) async throws {
        let turnOn = FunctionDefinition(
            name: "turn_on", description: "Switch a device on.",
            parameters: ["type": "object", "required": ["device"], "properties": ["device": ["type": "string"]]])
        var request = FunctionCallRequest(query: "turn on the light, the fan and the heater")
        (request.functions, request.retriever, request.maxCalls) = ([turnOn], .all, most)
        let call = #"{"name": "turn_on", "arguments": {"device": "light"}}"#
        let pipeline = try SmartHome.pipeline(ScriptedGenerator { _ in most == 1 ? call : "[\(call)]" })
        let result = try await pipeline.run(request)
        #expect(result.calls.map { $0.parameters["device"] } == devices && result.json["message"] == message)
    }

    /// Who must have a call gets one.
    @Test(arguments: [(false, Outcome.noAppropriateFunction, 0), (true, .call, 1)])
    func nothingIsTakenBackWhereACallMustBeMade(mustCall: Bool, outcome: Outcome, calls: Int) async throws {
        var request = FunctionCallRequest(query: "thank you so much")
        request.options.mustCall = mustCall
        let result = try await Self.run(request, level: 5)
        #expect(
            result.outcome == outcome && result.calls.count == calls
                && result.json["message"] == (calls == 0 ? "No appropriate function" : .null))
        #expect(result.explanation?.changed.map(\.rule) == (mustCall ? [] : ["small_talk"]))
    }
}
