import Foundation
import HTTPServer
import TestSupport
import Testing

/// Our parser against h11's verdicts (Fixtures/compare_h11.py): equal, or different for a written reason.
@Suite struct DifferentialTests {
    @Test func agreesWithH11() throws {
        let data = try Data(contentsOf: TestFiles.fixture("h11_verdicts.json"))
        let fixture = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cases = try #require(fixture["cases"] as? [[String: Any]])
        #expect(cases.count > 70)
        for entry in cases {
            let name = try #require(entry["name"] as? String)
            let request = try #require(entry["request"] as? String)
            let expected = try #require(entry["ours"] ?? entry["h11"])
            #expect(entry["ours"] == nil || (entry["reason"] as? String)?.isEmpty == false)
            // Latin-1 text: one byte a character.
            let bytes = request.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
            #expect(verdict(bytes) == "\(plain(expected))", "\(name)")
        }
    }

    private func verdict(_ bytes: [UInt8]) -> String {
        var parser = RequestParser()
        var input = ByteQueue()
        input.append(bytes)
        var found: [String] = []
        var (line, body) = ("", [UInt8]())
        do throws(RequestError) {
            while let event = try parser.next(&input) {
                switch event {
                case .head(let head, _): (line, body) = ("\(head.method) \(head.path)", [])
                case .body(let piece): body += piece
                case .end: found.append("\(line) \(String(decoding: body, as: UTF8.self))")
                }
            }
        } catch {
            found.append("refuse")
        }
        return "\(found)"
    }

    private func plain(_ verdict: Any) -> [String] {
        guard let list = verdict as? [Any] else { return ["refuse"] }
        return list.map { ($0 as? [String])?.joined(separator: " ") ?? "refuse" }
    }
}
