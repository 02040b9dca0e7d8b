import Documents
import FunctionCalling
import Functions
import OrderedCollections
import Testing

@Suite struct ResolveTests {
    private static func resolve(_ query: String, behind earlier: [FunctionCallRequest.Turn], likely: String = "")
        async throws -> FunctionCallRequest
    {
        let generator = try ScriptedGenerator(likelihood: { $0 == likely ? -1 : -500 }) { _ in "" }
        let pipeline = try SmartHome.pipeline(generator)
        var request = FunctionCallRequest(query: query)
        request.history = earlier
        return try await pipeline.resolve(request)
    }

    private static let lights: [FunctionCallRequest.Turn] = [
        .init(role: .system, content: "Be brief."),
        .init(role: .user, content: "turn off the lights in the living room"),
        .init(role: .assistant, content: "Done."),
    ]

    static let corrected: [(String, becomes: String)] = [
        ("no, I meant the kitchen", "turn off the lights in the kitchen"),
        ("I meant the kitchen", "turn off the lights in the kitchen"),
        ("sorry, the kitchen", "turn off the lights in the kitchen"),
        ("No, the kitchen please!", "turn off the lights in the kitchen"),
        ("not the living room, the kitchen", "turn off the lights in the kitchen"),
        ("the kitchen, not the living room", "turn off the lights in the kitchen"),
        ("no, I meant the fan", "turn off the fan in the living room"),
        ("nein, ich meinte die Küche", "turn off the lights in the Küche"),
        ("no, quise decir la cocina", "turn off the lights in the cocina"),
        ("不，我是说厨房", "turn off the lights in the 厨房"),
    ]
    @Test(arguments: corrected) func aCorrectionIsTheRequestWithOtherWords(query: String, becomes: String) async throws
    {
        let request = try await Self.resolve(query, behind: Self.lights, likely: becomes)
        #expect(request.query == becomes)
        #expect(request.history.map(\.role) == [.system])
    }

    @Test func aNumberTakesTheNumbersPlace() async throws {
        let earlier: [FunctionCallRequest.Turn] = [.init(role: .user, content: "set the heating to 20 degrees")]
        let request = try await Self.resolve(
            "make it 22", behind: earlier, likely: "set the heating to 22 degrees")
        #expect(request.query == "set the heating to 22 degrees")
    }

    static let alone = [
        "turn on the fan", "no", "no thanks", "not now", "i meant",
        "play no I meant it by the band of that name whatever they are called",
        "yes please", "what did you mean", "不要",
    ]
    @Test(arguments: alone) func aRequestOfItsOwnStands(query: String) async throws {
        let request = try await Self.resolve(query, behind: Self.lights)
        #expect(request.query == query && request.history.count == 3)
    }

    @Test func thereIsNothingToCorrectWithoutARequestBefore() async throws {
        #expect(try await Self.resolve("no, I meant the kitchen", behind: []).query == "no, I meant the kitchen")
    }
}
