import Documents
import Foundation
import FunctionCalling
import Teaching
import Testing

@Suite struct TaughtRequestFileTests {
    private static func file(_ lines: [String]) throws -> String {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).jsonl").path
        try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private static func line(_ index: Int) -> String {
        #"{"id":"s\#(index)","query":"q\#(index)","expected":[{"function":"f","parameters":{}}]}"#
    }

    @Test("a larger limit keeps what a smaller one had; none takes all in their order") func limits() throws {
        let path = try Self.file((0..<20).map(Self.line))
        defer { try? FileManager.default.removeItem(atPath: path) }
        func queries(_ limit: Int?, seed: UInt64 = 1) throws -> [String] {
            try TaughtRequest.load(path: path, limit: limit, seed: seed).map(\.request.query)
        }
        #expect(try queries(nil) == (0..<20).map { "q\($0)" })
        #expect(try queries(99) == queries(nil))
        #expect(try queries(5).count == 5)
        #expect(try Set(queries(5)).isSubset(of: queries(9)))
        #expect(try queries(5) == queries(5))
        #expect(try queries(9) != queries(9, seed: 2))
    }

    @Test("the line at fault is named") func names() throws {
        let path = try Self.file([Self.line(0), "", #"{"query":"a"}"#])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = #expect(throws: DocumentError.self) {
            _ = try TaughtRequest.load(path: path, limit: nil, seed: 0)
        }
        #expect(error?.line == 3)
        #expect(throws: DocumentError.self) { _ = try TaughtRequest.load(path: "/nowhere.jsonl", limit: nil, seed: 0) }
    }
}
