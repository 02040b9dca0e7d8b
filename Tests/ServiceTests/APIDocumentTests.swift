import Assembly
import Configuration
import Documents
import Evaluation
import Foundation
import Grammar
import ModelFiles
import OrderedCollections
import Service
import Testing

@Suite struct APIDocumentTests {
    static let document = APIDocument(.init(model: "a-model", vocabulary: 151_936))

    @Test("the document lists exactly the router's routes, whatever model runs")
    func routes() async throws {
        var settings = Settings()
        settings.server.port = 0
        settings.engine.kvCacheMiB = 64
        settings.state = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: settings.state) }
        let model = try LoadedModel(await PackedModel.random(Self.shape, settings), settings.engine)
        let server = try await RunningServer.start(settings, model)
        let (routes, documented) = (server.routes, server.document.operations)
        await server.stop()
        #expect(routes == documented)
        #expect(Set(documented).count == documented.count)
    }

    static let shape = ModelDescription(
        name: "small", architecture: .qwen2, layers: 1, hiddenSize: 128, intermediateSize: 256, heads: 2, kvHeads: 1,
        headSize: 64, vocabularySize: 512, contextLength: 512, ropeBase: 1e4, rmsEpsilon: 1e-6, hasQKVBias: true,
        tiesEmbeddings: true, rotaryPairing: .halves)

    @Test func everyReferenceLeadsSomewhere() {
        var references: Set<String> = []
        Self.collect(Self.document.json, into: &references)
        #expect(references.count > 20)
        for reference in references {
            var place: JSONValue? = Self.document.json
            for part in reference.split(separator: "/").dropFirst() { place = place?[String(part)] }
            #expect(place != nil, "nothing lies at \(reference)")
        }
    }

    @Test func everyPathParameterIsDeclared() {
        for (path, methods) in Self.document.json["paths"]?.objectValue ?? [:] {
            let names = path.matches(of: /\{(\w+)\}/).map { String($0.1) }
            for (method, operation) in methods.objectValue ?? [:] {
                let declared = (operation["parameters"]?.arrayValue ?? []).filter { $0["in"] == "path" }
                #expect(declared.compactMap { $0["name"]?.stringValue } == names, "\(method) \(path)")
            }
        }
    }

    @Test func everyExampleFollowsItsSchema() throws {
        var count = 0
        for (path, methods) in Self.document.json["paths"]?.objectValue ?? [:] {
            for (_, operation) in methods.objectValue ?? [:] {
                guard let media = operation["requestBody"]?["content"]?["application/json"],
                    var schema = media["schema"]?.objectValue
                else { continue }
                let examples = media["examples"]?.objectValue ?? [:]
                #expect(!examples.isEmpty, "\(path) has no example")
                schema["components"] = Self.document.json["components"]
                for (name, example) in examples {
                    let body = try #require(example["value"])
                    do {
                        try SchemaValidator(.object(schema)).validate(body)
                    } catch {
                        Issue.record("\(path), \(name): \(error)")
                    }
                    count += 1
                }
            }
        }
        #expect(count >= 15)
    }

    private static func collect(_ value: JSONValue, into references: inout Set<String>) {
        if let reference = value["$ref"]?.stringValue { references.insert(reference) }
        for (_, member) in value.objectValue ?? [:] { collect(member, into: &references) }
        for element in value.arrayValue ?? [] { collect(element, into: &references) }
    }
}
