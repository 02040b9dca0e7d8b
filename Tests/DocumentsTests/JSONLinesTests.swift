import Documents
import Foundation
import TestSupport
import Testing

@Suite struct JSONLinesTests {

    static func packed(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> [UInt8] {
        let file = try folder.write(bytes, as: "plain"), process = Process(), pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        (process.arguments, process.standardOutput) = (["gzip", "-c", file], pipe)
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }

    @Test("what gzip packs is unpacked as it was", arguments: [0, 1, 1_000, 70_000, 3_000_000])
    func unpacks(count: Int) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(UInt64(count))
        for bytes in [random.bytes(min(count, 200_000)), [UInt8](repeating: 0x61, count: count)] {
            let packed = try Self.packed(bytes, in: folder)
            #expect(try Zlib.unpack(packed) == bytes)
            #expect(try Zlib.unpack(packed + packed) == bytes + bytes)
            if bytes.count > 1 {
                #expect(throws: Zlib.Failure.tooLarge) { try Zlib.unpack(packed, limit: bytes.count - 1) }
            }
            for cut in [1, 5, packed.count / 2, packed.count - 1] where cut < packed.count {
                #expect(throws: Zlib.Failure.damaged, "\(cut)") { try Zlib.unpack(Array(packed[..<cut])) }
            }
        }
    }

    @Test("the forms of deflate, with nothing behind them") func otherForms() throws {
        let zlib: [UInt8] = [120, 156, 75, 76, 74, 6, 0, 2, 77, 1, 39], bare = Array(zlib[2..<7])
        #expect(try Zlib.unpack(zlib, form: .zlib) == Array("abc".utf8))
        #expect(try Zlib.unpack(bare, form: .bare) == Array("abc".utf8))
        for (bytes, form) in [(zlib, Zlib.Form.zlib), (bare, .bare)] {
            #expect(throws: Zlib.Failure.damaged) { try Zlib.unpack(bytes + bytes, form: form) }
            #expect(throws: Zlib.Failure.damaged) { try Zlib.unpack(bytes, form: .gzip) }
            #expect(throws: Zlib.Failure.tooLarge) { try Zlib.unpack(bytes, form: form, limit: 2) }
        }
        let packed = try #require(Zlib.pack(Array("abc".utf8)))
        #expect(try Zlib.unpack(packed) == Array("abc".utf8))
    }

    @Test("damaged bytes give bytes or an error, and end soon", arguments: UInt64(0)..<40)
    func survivesDamage(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed), packed = try Self.packed([UInt8](repeating: 0x62, count: 5_000), in: folder)
        for _ in 0..<3 {
            packed[Int.random(in: packed.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        _ = try? Zlib.unpack(packed, limit: 100_000)
    }

    static let files: [(text: String, rows: [JSONValue])] = [
        ("", []), ("\n\n", []), ("1\n2\n", [1, 2]), ("1\n2", [1, 2]), ("{\"a\": 1}\r\n\r\n[2]\r\n", [["a": 1], [2]]),
        (" \t\n null \n", [nil]),
    ]
    @Test(arguments: files) func readsLines(_ text: String, _ rows: [JSONValue]) throws {
        let folder = try TemporaryFolder()
        let plain = try folder.write(text.utf8, as: "a.jsonl")
        let zipped = try folder.write(Self.packed(Array(text.utf8), in: folder), as: "a.jsonl.gz")
        for file in [plain, zipped] {
            #expect(try JSONLines.rows(file) { value throws(FieldError) in value } == rows)
            #expect(
                try JSONLines.rows(file, limit: 1) { value throws(FieldError) in value }.count == min(1, rows.count))
        }
    }

    @Test func namesTheLine() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("{\"a\": 1}\n\n{\"a\": }\n".utf8, as: "a.jsonl")
        var error = #expect(throws: DocumentError.self) {
            try JSONLines.rows(file) { value throws(FieldError) in value }
        }
        #expect(error?.line == 3 && error?.description.hasPrefix("\(file):3: invalid JSON at byte 6") == true)
        error = #expect(throws: DocumentError.self) {
            try JSONLines.rows(file) { value throws(FieldError) in
                var fields = try FieldReader(value)
                return try fields.string("a")
            }
        }
        #expect(error?.line == 1 && error?.reason == "a must be a string, not number")
        error = #expect(throws: DocumentError.self) { try JSONLines.bytes(folder.write([1, 2, 3], as: "b.gz")) }
        #expect(error?.reason == "is no whole gzip file")
    }
}
