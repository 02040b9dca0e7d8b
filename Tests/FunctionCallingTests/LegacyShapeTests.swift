import Adapters
import Documents
import Evaluation
import Foundation
import FunctionCalling
import Functions
import Grammar
import OrderedCollections
import TestSupport
import Testing

/// Each shape against a schema written from its product's public documentation.
@Suite struct LegacyShapeTests {
    static let query = "warm 👍 the Living Room by 2 on monday, Monday and tuesday"

    static func frames() throws -> [(Outcome, [FunctionCall])] {
        let parameters: JSONObject = [
            "delta": 2, "room": "living_room", "days": ["monday", "monday", "tuesday"], "mode": "heat",
        ]
        return [
            (.call, [FunctionCall(function: "warm", parameters: parameters, confidence: 0.91)]),
            (.call, [FunctionCall(function: "warm", parameters: ["delta": 2, "room": "attic", "speed": ["x": 1]])]),
            (.call, [FunctionCall(function: "fly", parameters: [:], confidence: 0.2)]),
            (.requestUnclear, []), (.noAppropriateFunction, []),
        ]
    }

    @Test(arguments: OutputShape.allCases) func fitsItsSchema(shape: OutputShape) throws {
        let schema = try JSONValue(
            parsing: [UInt8](
                Data(contentsOf: TestFiles.fixture("LegacyShapes/\(shape.rawValue).schema.json", file: #filePath))))
        for (outcome, calls) in try Self.frames() {
            let json = try Self.write(shape, outcome, calls)
            #expect(throws: Never.self, "\(outcome): \(json.text())") { try SchemaValidator(schema).validate(json) }
        }
    }

    @Test func rasaCountsCharacters() throws {
        let entities = try Self.write(.rasa, Self.frames()[0].0, Self.frames()[0].1)["entities"]?.arrayValue ?? []
        let spans = try entities.compactMap { entity -> String? in
            let start = try #require(entity["start"]?.intValue), end = try #require(entity["end"]?.intValue)
            guard end > 0 else { return nil }
            let scalars = Array(Self.query.unicodeScalars)[start..<end]
            return "\(entity["entity"]?.stringValue ?? "")=" + String(String.UnicodeScalarView(scalars))
        }
        #expect(
            spans == ["amount=2", "room=Living Room", "weekday=monday", "weekday=Monday", "weekday=tuesday"])
    }

    @Test func luisCountsUTF16() throws {
        let json = try Self.write(.luis, Self.frames()[0].0, Self.frames()[0].1)
        let entities = json["prediction"]?["entities"]
        let room = try #require(entities?["$instance"]?["room"]?.arrayValue?.first)
        let text = Self.query as NSString
        let range = NSRange(location: room["startIndex"]?.intValue ?? 0, length: room["length"]?.intValue ?? 0)
        #expect(text.substring(with: range) == "Living Room" && room["text"] == "Living Room")
        #expect(entities?["weekday"]?.arrayValue?.count == 3)
        #expect(json["prediction"]?["topIntent"] == "warmer_room")
    }

    @Test func alexaResolvesWhatWasSaid() throws {
        let json = try Self.write(.alexa, Self.frames()[0].0, Self.frames()[0].1)
        let slots = try #require(json["request"]?["intent"]?["slots"])
        #expect(slots["room"]?["value"] == "Living Room")
        let resolution = slots["room"]?["resolutions"]?["resolutionsPerAuthority"]?.arrayValue?.first
        #expect(resolution?["values"]?.arrayValue?.first?["value"]?["name"] == "living_room")
        #expect(slots["weekday"]?["slotValue"]?["values"]?.arrayValue?.count == 3)
    }

    @Test func whatIsUnmappedIsSaidInEveryShape() throws {
        for shape in OutputShape.allCases {
            let json = try Self.write(shape, .call, [FunctionCall(function: "fly", parameters: [:])])
            let unmapped = json["unmapped"] ?? json["queryResult"]?["diagnosticInfo"]?["unmapped"]
            #expect(unmapped == ["fly"], "\(shape)")
        }
    }

    /// Several calls are an array of what one call would be, each fit for its reader, in the order of the calls.
    @Test(arguments: OutputShape.allCases) func severalCalls(shape: OutputShape) throws {
        let schema = try JSONValue(
            parsing: [UInt8](
                Data(contentsOf: TestFiles.fixture("LegacyShapes/\(shape.rawValue).schema.json", file: #filePath))))
        let calls = ["attic", "cellar", "attic"].map {
            FunctionCall(function: "warm", parameters: ["delta": 2, "room": .string($0)])
        }
        let written = try Self.write(shape, .call, calls, query: "warm attic and cellar by 2").arrayValue
        #expect(written?.count == 3)
        for (call, json) in zip(calls, written ?? []) {
            #expect(throws: Never.self, "\(json.text())") { try SchemaValidator(schema).validate(json) }
            #expect(try json == Self.write(shape, .call, [call], query: "warm attic and cellar by 2"))
        }
    }

    /// From the model's answer to the frames, whole and streamed.
    @Test(arguments: OutputShape.allCases) func severalCallsThroughThePipeline(shape: OutputShape) async throws {
        let generator = try ScriptedGenerator { _ in
            #"[{"name": "device_turn_off", "arguments": {"device": "light"}}, {"name": "timer_start", "arguments": "#
                + #"{"duration": {"hours": 0, "minutes": 5, "seconds": 0}}}]"#
        }
        let pipeline = try SmartHome.pipeline(generator)
        let names = ["device_turn_off", "timer_start"]
        let functions = try SmartHome.pool().functions.filter { names.contains($0.name) }
        let pool = try FunctionPool(name: "smart-home", functions: functions)
        pipeline.catalog.store(IndexedPool(pool))
        var request = FunctionCallRequest(query: "lights off, and five minutes on the timer")
        (request.maxCalls, request.adapter, request.retriever) = (4, shape.rawValue, .all)
        let whole = try await pipeline.run(request)
        let streamed = try await pipeline.run(request) { _ in }
        #expect(whole.calls.map(\.function) == names && streamed.calls == whole.calls)
        #expect(whole.legacy?.arrayValue?.count == 2 && streamed.legacy?.arrayValue?.count == 2)
    }

    static let spans: [(String, JSONValue, String?)] = [
        ("set it to 121", 21, nil), ("set it to 21°", 21, "21"), ("set it to 21", 21.0, "21"),
        ("a living-room light", "living_room", "living-room"), ("classes", "class", nil), ("把客厅的灯打开", "客厅", "客厅"),
        ("ÉTÉ", "été", "ÉTÉ"), ("yes", true, nil), ("", "x", nil), ("x", "", nil), ("Straße", "strasse", nil),
    ]
    @Test(arguments: spans) func findsWholeWords(query: String, value: JSONValue, text: String?) throws {
        let frame = [FunctionCall(function: "warm", parameters: ["delta": 1, "room": value])]
        let json = try Self.write(.luis, .call, frame, query: query)
        let found = json["prediction"]?["entities"]?["$instance"]?["room"]?.arrayValue?.first?["text"]?.stringValue
        #expect(found == text ?? "")
    }

    static func write(
        _ shape: OutputShape, _ outcome: Outcome, _ calls: [FunctionCall], query: String = query
    ) throws -> JSONValue {
        LegacyOutput.json(
            rules: try AdapterTests.rules(), shape: shape, outcome: outcome, calls: calls, confidence: 0.5,
            utterance: Utterance(query, locale: "en-GB", id: "fc_1", time: Date(timeIntervalSince1970: 0)))
    }
}
