import Foundation
import Logging
import Synchronization
import Telemetry
import Testing

@Suite struct LogFieldsTests {
    private final class Lines: Sendable {
        private let held = Mutex<[String]>([])
        var all: [String] { held.withLock { $0 } }
        func add(_ bytes: [UInt8]) { held.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }
    }

    private func logger(_ format: LogFormat, _ lines: Lines) -> Logger {
        Logger(label: "http") { LineLogHandler(label: $0, format: format, level: .info) { lines.add($0) } }
    }

    @Test func text() throws {
        let lines = Lines()
        var logger = logger(.text, lines)
        logger[metadataKey: "port"] = "80"
        logger.debug("not shown")
        logger.info("listening", metadata: ["name": "a b\n2026 error forged", "empty": ""])
        let line = try #require(lines.all.first)
        #expect(lines.all.count == 1)
        #expect(line.hasSuffix("Z info http: listening empty=\"\" name=\"a b\\n2026 error forged\" port=80\n"))
        #expect(line.prefix(24).wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test func json() throws {
        let lines = Lines()
        logger(.json, lines).error(
            "it \"broke\"\n\u{1}",
            metadata: [
                "n": .stringConvertible(3), "list": ["a", "b"], "map": ["k": "v"], "ok": .stringConvertible(true),
            ])
        let line = try #require(lines.all.first)
        #expect(line.count { $0 == "\n" } == 1)
        let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8))
        let object = try #require(parsed as? [String: Any])
        #expect(object["message"] as? String == "it \"broke\"\n\u{1}")
        #expect(object["n"] as? Int == 3 && object["list"] as? [String] == ["a", "b"] && object["ok"] as? Bool == true)
        #expect(object["level"] as? String == "error" && object["logger"] as? String == "http")
    }
}
