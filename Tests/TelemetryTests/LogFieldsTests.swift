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

    /// A field's value, and how it stands in a line of text and in one of JSON.
    static let values: [(Logger.MetadataValue, text: String, json: String)] = [
        ("plain", "plain", "\"plain\""), ("two words", "\"two words\"", "\"two words\""), ("", "\"\"", "\"\""),
        ("a=b", "a=b", "\"a=b\""), ("say \"no\"", "\"say \\\"no\\\"\"", "\"say \\\"no\\\"\""),
        ("tab\there", "\"tab\\there\"", "\"tab\\there\""), ("\u{1B}[31m", "\"\\u001b[31m\"", "\"\\u001b[31m\""),
        ("\u{7F}", "\"\\u007f\"", "\"\\u007f\""), ("灯", "灯", "\"灯\""), (.stringConvertible(5), "5", "5"),
        (.stringConvertible(-1.5), "-1.5", "-1.5"), (.stringConvertible(true), "true", "true"),
        (.stringConvertible(Double.nan), "nan", "\"nan\""), (.stringConvertible(Double.infinity), "inf", "\"inf\""),
        (.array([]), "[]", "[]"), (.dictionary([:]), "[:]", "{}"),
        (.dictionary(["b": "2", "a": .array([.stringConvertible(1)])]), "", "{\"a\":[1],\"b\":\"2\"}"),
    ]
    @Test(arguments: values.indices) func valuesInBothForms(_ row: Int) throws {
        let (value, text, json) = Self.values[row]
        let lines = Lines()
        logger(.text, lines).info("m", metadata: ["field": value])
        logger(.json, lines).info("m", metadata: ["field": value])
        let found = lines.all
        #expect(found.count == 2)
        if !text.isEmpty { #expect(found.first?.hasSuffix(" info http: m field=\(text)\n") == true, "\(found)") }
        #expect(found.last?.hasSuffix("\"message\":\"m\",\"field\":\(json)}\n") == true, "\(found)")
        _ = try JSONSerialization.jsonObject(with: Data((found.last ?? "").utf8))
    }

    @Test func noFieldStandsTwiceInALineOfJSON() throws {
        let lines = Lines()
        var logger = logger(.json, lines)
        logger[metadataKey: "message"] = "another"
        logger.info("m", metadata: ["level": "high", "time": "late", "logger": "mine", "other": "o"])
        let line = try #require(lines.all.first)
        for name in ["time", "level", "logger", "message"] {
            #expect(line.components(separatedBy: "\"\(name)\":").count == 2, "\(name) in \(line)")
            #expect(line.contains("\"field_\(name)\":"), "\(name) in \(line)")
        }
        #expect(line.contains("\"level\":\"info\"") && line.contains("\"other\":\"o\""))
    }

    @Test func messagesAndNamesForgeNoLines() {
        let lines = Lines()
        let logger = logger(.text, lines)
        logger.info("a\nb\r\u{0}c", metadata: ["na\nme": "x"])
        let line = lines.all.first ?? ""
        #expect(line.count { $0.isNewline } == 1 && line.contains("a\\nb\\r\\u0000c") && line.contains("na\\nme=x"))
    }

    @Test func levelsOfTheLoggerAndOfTheEventDecide() {
        let lines = Lines()
        var logger = logger(.text, lines)
        for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
        #expect(lines.all.count == 5, "info, notice, warning, error, critical")
        logger.logLevel = .error
        logger.warning("no")
        logger.critical("yes")
        #expect(lines.all.count == 6)
        let shared = SharedLogLevel(.debug)
        #expect(shared.level == .debug)
        for level in Logger.Level.allCases {
            shared.level = level
            #expect(shared.level == level)
        }
    }

    @Test func fieldsOfTheEventComeOverThoseOfTheLogger() {
        let lines = Lines()
        var logger = logger(.text, lines)
        logger[metadataKey: "a"] = "logger"
        logger[metadataKey: "b"] = "kept"
        #expect(logger[metadataKey: "a"] == "logger")
        logger.info("m", metadata: ["a": "event"])
        logger[metadataKey: "b"] = nil
        logger.info("m")
        #expect(lines.all.map { $0.suffix(while: "m") } == [" a=event b=kept\n", " a=logger\n"])
    }
}

extension String {
    /// What stands behind the message.
    fileprivate func suffix(while message: String) -> String { components(separatedBy: ": \(message)").last ?? "" }
}
