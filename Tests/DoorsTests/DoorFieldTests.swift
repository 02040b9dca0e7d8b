import Documents
import Doors
import Foundation
import OrderedCollections
import Service
import ServiceTestSupport
import TestSupport
import Testing

/// What becomes of every field of a door that speaks as others do: its table, one field after the other.
@Suite struct DoorFieldTests {
    struct Door: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let table: [OpenAIField]
        /// Asks with a body that is answered "aaa", and more.
        let ask: @Sendable (TinyServer, JSONObject) async throws -> TinyAnswer
        let text: @Sendable (TinyAnswer) -> String?
    }

    static let doors = [
        Door(
            testDescription: "responses", table: ResponsesFields.all, ask: ResponsesFieldTests.ask,
            text: ResponsesFieldTests.text),
        Door(
            testDescription: "messages", table: MessagesFields.all, ask: MessagesFieldTests.ask,
            text: MessagesFieldTests.text),
    ]
    /// Of every type, so that one of them is not what a field allows.
    static let values: [JSONValue] = [7, "x", true, ["x"], ["x": 1]]

    @Test(arguments: doors) func theTableHasEachFieldOnce(_ door: Door) {
        let names = door.table.map(\.name)
        #expect(Set(names).count == names.count && names.count > 35)
        for field in door.table {
            #expect((field.fate == .refused) == !field.remedy.isEmpty, "\(field.name)")
        }
    }

    /// `Docs/API.md` shows the table.
    @Test(arguments: doors) func thePageShowsTheTable(_ door: Door) throws {
        let page = TestFiles.repository.appendingPathComponent("Docs/API.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        for origin in Set(door.table.map(\.origin)) {
            for fate in [OpenAIField.Fate.honoured, .harmless, .refused] {
                let names = door.table.filter { $0.origin == origin && $0.fate == fate }.map { "`\($0.name)`" }
                let row = "| \(origin) | \(fate.rawValue) | \(names.joined(separator: ", ")) |"
                #expect(names.isEmpty || text.contains(row), "Docs/API.md lacks: \(row)")
            }
        }
    }

    @Test(arguments: doors) func refusedFieldsAreNamedUnlessTheyAskForNothing(_ door: Door) async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for field in door.table where field.fate == .refused {
            for value in Self.values where !field.allows(value) {
                let answer = try await door.ask(server, [field.name: value])
                #expect(answer.status == 400 && answer.code == "invalid_value", "\(field.name) \(answer.text)")
                #expect(answer.param == field.name, "\(field.name) \(answer.text)")
                #expect(answer.json["error"]?["message"]?.stringValue?.hasSuffix(field.remedy) == true)
            }
            for value in field.allowed + [.null] {
                let answer = try await door.ask(server, [field.name: value])
                #expect(answer.status == 200, "\(field.name) \(value.text()) \(answer.text)")
            }
        }
        await server.running.stop()
    }

    @Test(arguments: doors) func harmlessFieldsChangeNothing(_ door: Door) async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for field in door.table where field.fate == .harmless {
            for value in Self.values {
                let answer = try await door.ask(server, [field.name: value])
                #expect(answer.status == 200 && door.text(answer) == "aaa", "\(field.name) \(answer.text)")
            }
        }
        await server.running.stop()
    }

    @Test(arguments: doors) func honouredFieldsAreRead(_ door: Door) async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for field in door.table where field.fate == .honoured {
            #expect(try await field.faultsOfReading { try await door.ask(server, [field.name: $0]) } == [])
        }
        await server.running.stop()
    }

    /// Each body is refused, whole and as a stream, and the refusal names its field.
    static func refuses(
        _ faults: [(JSONObject, String)], _ ask: @Sendable (TinyServer, JSONObject) async throws -> TinyAnswer
    ) async throws {
        let server = try await TinyServer(doors: StandardDoors.all)
        for (more, param) in faults {
            for streams in [false, true] {
                var more = more
                more["stream"] = .bool(streams)
                let answer = try await ask(server, more)
                #expect(answer.status == (param == "model" ? 404 : 400), "\(more) \(answer.text)")
                #expect(answer.param == param, "\(more) \(answer.text)")
            }
        }
        await server.running.stop()
    }
}
