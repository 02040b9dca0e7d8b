import Documents
import Glibc
import Logging
import Synchronization

/// The form of log lines: text or JSON.
public enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-11-24T11:42:52.123Z info http: listening address=127.0.0.1:8080`
    case text
    /// One JSON object a line: `time`, `level`, `logger`, `message` and the fields.
    case json
}

/// The level of all loggers that were not given one of their own; may change at any time.
public final class SharedLogLevel: Sendable {
    private let index: Atomic<Int>

    /// A level that can change while others log.
    public init(_ level: Logger.Level) { index = Atomic(Self.index(level)) }

    /// The level now.
    public var level: Logger.Level {
        get { Logger.Level.allCases[index.load(ordering: .relaxed)] }
        set { index.store(Self.index(newValue), ordering: .relaxed) }
    }

    /// The level's place in the order of all levels.
    private static func index(_ level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 0 }
}

/// Writes each event as one line, in one system call.
public struct LineLogHandler: LogHandler {
    /// The level of lines that are written; shared by all copies of a handler.
    public var logLevel: Logger.Level {
        get { ownLevel ?? shared.level }
        set { ownLevel = newValue }
    }
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?
    private var ownLevel: Logger.Level?
    private let shared: SharedLogLevel
    private let label: String
    private let format: LogFormat
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: takes a line with its line feed; standard error unless said otherwise.
    public init(
        label: String, format: LogFormat, level: Logger.Level,
        write: @escaping @Sendable ([UInt8]) -> Void = Self.writeToStandardError
    ) {
        self.init(label: label, format: format, level: SharedLogLevel(level), write: write)
    }

    /// A handler for one label; all handlers share the level and the output.
    private init(
        label: String, format: LogFormat, level: SharedLogLevel, write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        (self.label, self.format, self.write, shared) = (label, format, write, level)
    }

    /// Makes this the handler of every logger of the process. Call once, before the first logger is made.
    ///
    /// - Returns: their level, to change it later.
    @discardableResult
    public static func bootstrap(format: LogFormat, level: Logger.Level) -> SharedLogLevel {
        let shared = SharedLogLevel(level)
        LoggingSystem.bootstrap {
            LineLogHandler(label: $0, format: format, level: shared, write: writeToStandardError)
        }
        return shared
    }

    /// Fields that every line of this handler has.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line, fields of the event before those of the handler.
    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        if let error = event.error { fields["error"] = "\(error)" }
        var line =
            format == .json
            ? LogLine.json(event.level, label, event.message.description, fields)
            : LogLine.text(event.level, label, event.message.description, fields)
        line.append("\n")
        write(Array(line.utf8))
    }

    public static let writeToStandardError: @Sendable ([UInt8]) -> Void = { line in
        _ = line.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}

/// The two forms of a line.
enum LogLine {
    /// A line for people: time, level, label, message, then the fields by name.
    static func text(_ level: Logger.Level, _ label: String, _ message: String, _ fields: Logger.Metadata) -> String {
        var line = "\(timestamp()) \(level.rawValue) \(label): \(visible(message))"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            line += " \(visible(name))=\(quotedIfNeeded("\(value)"))"
        }
        return line
    }

    /// A line as one JSON object, with the fields beside time, level, logger and message.
    static func json(_ level: Logger.Level, _ label: String, _ message: String, _ fields: Logger.Metadata) -> String {
        var line = "{\"time\":\"\(timestamp())\",\"level\":\"\(level.rawValue)\""
        line += ",\"logger\":\(quoted(label)),\"message\":\(quoted(message))"
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            line += ",\(quoted(ownNames.contains(name) ? "field_\(name)" : name)):\(json(value))"
        }
        return line + "}"
    }

    /// Members that every line has; a field of such a name would stand there twice.
    private static let ownNames: Set<String> = ["time", "level", "logger", "message"]

    /// A field's value as JSON: numbers stay numbers.
    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): quoted(text)
        case .stringConvertible(let convertible): number(convertible) ?? quoted("\(convertible)")
        case .array(let values): "[\(values.map(json).joined(separator: ","))]"
        case .dictionary(let fields):
            "{\(fields.sorted { $0.key < $1.key }.map { "\(quoted($0)):\(json($1))" }.joined(separator: ","))}"
        }
    }

    /// The digits of a value that is a number; nil for any other.
    private static func number(_ value: any CustomStringConvertible) -> String? {
        switch value {
        case let whole as any FixedWidthInteger: "\(whole)"
        case let real as Double where real.isFinite: "\(real)"
        case let truth as Bool: "\(truth)"
        default: nil
        }
    }

    /// A field with spaces, quotes or control characters is quoted, so that nobody can forge fields or lines.
    private static func quotedIfNeeded(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.unicodeScalars.allSatisfy { $0 > " " && $0 != "\"" && $0 != "\u{7F}" }
        return isPlain ? value : quoted(value)
    }

    /// Control characters made visible.
    private static func visible(_ text: String) -> String {
        text.unicodeScalars.contains { $0 < " " || $0 == "\u{7F}" } ? String(quoted(text).dropFirst().dropLast()) : text
    }

    /// A value in quotes, as JSON has it; DEL, which JSON would leave to the terminal, made visible too.
    static func quoted(_ text: String) -> String {
        JSONValue.string(text).text().replacing("\u{7F}", with: "\\u007f")
    }

    /// UTC with milliseconds (RFC 3339).
    private static func timestamp() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = "\(parts.tm_year + 1900)-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
        return "\(date)T\(clock).\(padded(time.tv_nsec / 1_000_000, 3))Z"
    }
}
