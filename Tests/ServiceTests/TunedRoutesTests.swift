import Assembly
import Configuration
import Documents
import Foundation
import FunctionCalling
import Inference
import Logging
import ModelFiles
import Service
import ServiceTestSupport
import TestSupport
import Testing

/// `/v1/tuned`: adapters come and go while a server runs, and stay when it starts again.
@Suite struct TunedRoutesTests {
    /// A server on a small random model, whose state lies in a folder.
    private struct Server {
        let running: RunningServer
        let port: UInt16

        init(_ folder: TemporaryFolder) async throws {
            var settings = Settings()
            (settings.folder, settings.state, settings.calling.tuned) = (folder.path, "state", "tuned")
            (settings.calling.pools, settings.calling.adapters, settings.knowledge.folder) = ("no", "no", "no")
            settings.server.port = 0
            settings.engine.kvCacheMiB = 64
            settings.model.threads = 1
            let packed = try await PackedModel.random(APIDocumentTests.shape, settings)
            let model = try LoadedModel(packed, settings.engine)
            model.engine.adapters.replaceAll(try model.tuned?.read(settings) ?? [])
            let living = try await CatalogLoader.open(settings, Logger(label: "test"))
            running = try await RunningServer.start(settings, model, living: living)
            port = UInt16(running.address.split(separator: ":").last ?? "") ?? 0
        }

        func ask(
            _ method: String, _ path: String, headers: [String: String] = [:], body: String? = nil
        ) async throws -> TinyAnswer {
            try await TinyClient.ask(port, method, path, headers: headers, body: body.map { Array($0.utf8) })
        }

        func put(
            _ name: String, _ parts: [(String, [UInt8])], headers: [String: String] = [:]
        ) async throws -> TinyAnswer {
            var body: [UInt8] = []
            for (name, bytes) in parts {
                body += Array(
                    "--bound\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"f\"\r\n\r\n".utf8)
                body += bytes + [13, 10]
            }
            body += Array("--bound--\r\n".utf8)
            return try await TinyClient.ask(
                port, "PUT", "/v1/tuned/\(name)",
                headers: headers.merging(["content-type": "multipart/form-data; boundary=bound"]) { $1 }, body: body)
        }

        /// What a model writes greedily.
        func text(_ model: String) async throws -> String? {
            let body =
                #"{"model": "\#(model)", "prompt": "abc", "max_tokens": 8, "temperature": 0, "ignore_eos": true}"#
            let answer = try await ask("POST", "/v1/completions", body: body)
            #expect(answer.status != 200 || answer.json["model"]?.stringValue == model)
            return answer.status == 200 ? answer.json["choices"]?.arrayValue?.first?["text"]?.stringValue : answer.code
        }
    }

    private static func withServer(_ body: (Server, TemporaryFolder) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await withServer(in: folder, body)
    }

    private static func withServer(
        in folder: TemporaryFolder, _ body: (Server, TemporaryFolder) async throws -> Void
    ) async throws {
        let server = try await Server(folder)
        do {
            try await body(server, folder)
        } catch {
            await server.running.stop()
            throw error
        }
        await server.running.stop()
    }

    private static func adapter(
        _ seed: UInt64, layers: [Int] = [0], width: Int = 128, rank: Int = 2, first: Float? = nil
    ) -> LowRankAdapter {
        var adapter = LowRankAdapter(shape: AdapterShape(rank: rank, alpha: 40, matrices: [.down], layers: layers))
        var random = SeededGenerator(seed)
        for layer in layers {
            adapter[.a, .down, layer] = (0..<rank * 2 * width).map { _ in .random(in: -1...1, using: &random) }
            adapter[.b, .down, layer] = (0..<rank * width).map { _ in .random(in: -1...1, using: &random) }
            if let first { adapter[.a, .down, layer]?[0] = first }
        }
        return adapter
    }

    /// As PEFT would have written it.
    private static func files(
        _ adapter: LowRankAdapter, _ numbers: AdapterNumbers = .f32
    ) throws -> [(String, [UInt8])] {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) {
            let files = AdapterFolder(folder.path)
            try files.write(adapter, base: "small", numbers: numbers)
            return try [("config", files.configPath), ("weights", files.weightsPath)].map { name, path in
                (name, Array(try Data(contentsOf: URL(fileURLWithPath: path))))
            }
        }
    }

    @Test func anAdapterIsPutListedAskedReplacedAndDeleted() async throws {
        try await Self.withServer { server, _ in
            let plain = try await server.text("small")
            #expect(try await server.text("small:lights") == "model_not_found")
            let put = try await server.put("lights", Self.files(Self.adapter(1)))
            #expect(put.status == 201 && put.json["origin"] == "stored" && put.json["rank"] == 2, "\(put.text)")
            #expect(put.json["matrices"] == ["down_proj"] && put.json["layers"] == [0] && put.json["alpha"] == 40)
            let list = try await server.ask("GET", "/v1/tuned")
            #expect(list.json["adapters"] == [put.json])
            let one = try await server.ask("GET", "/v1/tuned/lights")
            #expect(one.json == put.json && one.headers["etag"] == put.headers["etag"])
            let first = try await server.text("small:lights")
            let short = try await server.text("lights")
            #expect(first != plain && first == short)
            let models = try await server.ask("GET", "/v1/models")
            #expect(models.json["data"]?.arrayValue?.map { $0["id"] } == ["small", "small:lights"])
            #expect(models.json["data"]?.arrayValue?.last?["parent"] == "small")

            let again = try await server.put("lights", Self.files(Self.adapter(2)))
            #expect(again.status == 200 && again.headers["etag"] != put.headers["etag"])
            let second = try await server.text("small:lights")
            #expect(second != first && second != plain)
            #expect(try await server.text("small") == plain)

            #expect(try await server.ask("DELETE", "/v1/tuned/lights").status == 204)
            let gone = try await server.ask("GET", "/v1/tuned/lights")
            #expect(gone.status == 404 && gone.code == "unknown_adapter" && gone.param == "name")
            #expect(try await server.ask("DELETE", "/v1/tuned/lights").status == 404)
            #expect(try await server.text("small:lights") == "model_not_found")
        }
    }

    @Test("of 8 bits: the same adapter as with its numbers in 32") func eightBits() async throws {
        try await Self.withServer { server, folder in
            let put = try await server.put("lights", Self.files(Self.adapter(1), .f8))
            #expect(put.status == 201 && put.json["alpha"] == 40, "\(put.text)")
            let text = try await server.text("lights"), files = AdapterFolder(folder.path + "/eight")
            #expect(try await text != server.text("small"))
            try files.write(Self.adapter(1), base: "small", numbers: .f8)
            let rounded = try files.read(for: APIDocumentTests.shape)
            #expect(rounded[.a, .down, 0] != Self.adapter(1)[.a, .down, 0])
            let wide = try await server.put("wide", Self.files(rounded))
            #expect(wide.status == 201 && wide.json["fingerprint"] == put.json["fingerprint"])
            #expect(try await server.text("wide") == text)
        }
    }

    @Test func chatsAreAnsweredUnderIt() async throws {
        try await Self.withServer { server, _ in
            _ = try await server.put("lights", Self.files(Self.adapter(3)))
            func text(_ model: String) async throws -> JSONValue? {
                let body =
                    #"{"model": "\#(model)", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 6, "temperature": 0}"#
                let answer = try await server.ask("POST", "/v1/chat/completions", body: body)
                #expect(answer.json["model"]?.stringValue == model, "\(answer.text)")
                return answer.json["choices"]?.arrayValue?.first?["message"]?["content"]
            }
            let (plain, tuned) = (try await text("small"), try await text("small:lights"))
            #expect(plain != nil && plain != tuned)
        }
    }

    @Test func itStaysWhenTheServerStartsAgain() async throws {
        let folder = try TemporaryFolder()
        try AdapterFolder("\(folder.path)/tuned/file").write(Self.adapter(4), base: "small")
        try AdapterFolder("\(folder.path)/tuned/both").write(Self.adapter(5), base: "small")
        var texts: [String?] = []
        try await Self.withServer(in: folder) { server, _ in
            let origins = try await server.ask("GET", "/v1/tuned").json["adapters"]?.arrayValue?.map { $0["origin"] }
            #expect(origins == ["file", "file"])
            #expect(try await server.put("lights", Self.files(Self.adapter(1))).status == 201)
            #expect(try await server.put("both", Self.files(Self.adapter(6))).status == 200)
            #expect(try await server.put("file", Self.files(Self.adapter(7))).status == 200)
            #expect(try await server.ask("DELETE", "/v1/tuned/file").status == 204)
            for name in ["lights", "both"] { texts.append(try await server.text(name)) }
        }
        // As the disk is: this process still holds the folder itself.
        let disk = try TemporaryFolder()
        try FileManager.default.removeItem(atPath: disk.path)
        try FileManager.default.copyItem(atPath: folder.path, toPath: disk.path)
        try await Self.withServer(in: disk) { server, _ in
            let list = try await server.ask("GET", "/v1/tuned").json["adapters"]?.arrayValue
            #expect(list?.map { $0["name"] } == ["both", "lights"], "what was deleted stays away")
            #expect(list?.map { $0["origin"] } == ["stored", "stored"])
            for (name, text) in zip(["lights", "both"], texts) { #expect(try await server.text(name) == text) }
            // Without what was put, its folder counts again only where it was not deleted.
            #expect(try await server.put("file", Self.files(Self.adapter(4))).status == 201)
            #expect(try await server.ask("GET", "/v1/tuned/file").json["origin"] == "stored")
        }
    }

    static let refused: [(what: String, status: Int, code: String, param: String?)] = [
        ("NaN", 400, "bad_adapter", "weights"), ("rank", 400, "bad_adapter", "weights"),
        ("shape", 400, "bad_adapter", "weights"), ("layer", 400, "bad_adapter", "weights"),
        ("config", 400, "bad_adapter", "config"), ("card", 400, "bad_adapter", "card"),
        ("weights", 400, "bad_adapter", "weights"), ("missing", 400, "missing_field", "weights"),
        ("unknown", 400, "unknown_field", "extra"), ("name", 400, "bad_name", nil),
    ]
    @Test func whatCannotServeIsRefusedAndTheOldOneStays() async throws {
        try await Self.withServer { server, _ in
            let old = try await server.put("lights", Self.files(Self.adapter(1)))
            for item in Self.refused {
                var parts = try Self.files(Self.adapter(8)), name = "lights"
                switch item.what {
                case "NaN": parts = try Self.files(Self.adapter(8, first: .nan))
                case "rank": parts[0].1 = try Self.files(Self.adapter(8, rank: 3))[0].1
                case "shape": parts = try Self.files(Self.adapter(8, width: 64))
                case "layer": parts = try Self.files(Self.adapter(8, layers: [0, 5]))
                case "config": parts[0].1 = Array("{".utf8)
                case "card": parts.append(("card", Array("[]".utf8)))
                case "weights": parts[1].1 = Array(parts[1].1.prefix(100))
                case "missing": parts.removeLast()
                case "unknown": parts.append(("extra", []))
                default: name = "a%2Fb"
                }
                let answer = try await server.put(name, parts)
                #expect(answer.status == item.status && answer.code == item.code, "\(item.what): \(answer.text)")
                #expect(answer.param == item.param, "\(item.what): \(answer.text)")
            }
            let json = try await server.ask("PUT", "/v1/tuned/lights", body: "{}")
            #expect(json.status == 400 && json.param == "content-type")
            #expect(try await server.ask("GET", "/v1/tuned").json["adapters"] == [old.json])
        }
    }

    @Test func conditionsHold() async throws {
        try await Self.withServer { server, _ in
            let parts = try Self.files(Self.adapter(1))
            #expect(try await server.put("a", parts, headers: ["if-match": "*"]).status == 412)
            let made = try await server.put("a", parts, headers: ["if-none-match": "*"])
            #expect(made.status == 201)
            #expect(try await server.put("a", parts, headers: ["if-none-match": "*"]).status == 412)
            let tag = made.headers["etag"] ?? ""
            #expect(try await server.ask("GET", "/v1/tuned/a", headers: ["if-none-match": tag]).status == 304)
            let next = try await server.put("a", Self.files(Self.adapter(2)), headers: ["if-match": tag])
            #expect(next.status == 200)
            #expect(try await server.ask("DELETE", "/v1/tuned/a", headers: ["if-match": tag]).status == 412)
            #expect(
                try await server.ask("DELETE", "/v1/tuned/a", headers: ["if-match": next.headers["etag"] ?? ""]).status
                    == 204)
        }
    }

    @Test("changes of one name at the same time: the last answer is what is there") func atTheSameTime() async throws {
        try await Self.withServer { server, _ in
            let parts = try (0..<6).map { try Self.files(Self.adapter(UInt64(10 + $0))) }
            let tags = try await withThrowingTaskGroup(of: String?.self) { group in
                for part in parts { group.addTask { try await server.put("a", part).headers["etag"] } }
                return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
            }
            #expect(tags.count == 6 && !tags.contains(nil))
            let now = try await server.ask("GET", "/v1/tuned/a").headers["etag"]
            #expect(tags.contains(now))
        }
    }
}
