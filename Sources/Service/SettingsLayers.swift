import Foundation
import FunctionCalling
import OrderedJSON

public enum SettingsError: Error, CustomStringConvertible {
    case unreadable(path: String, reason: String)
    case invalid(source: String, reason: String)

    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .invalid(let source, let reason): "\(source): \(reason). Config/kinglet.yaml lists every setting"
        }
    }
}

extension Settings {
    /// Settings from their layers, the first given winning.
    ///
    /// - Parameters:
    ///   - flags: dotted key to text, as in `["server.port": "9000"]`.
    ///   - environment: `KINGLET_SERVER_PORT` stands for `server.port`; other variables are not looked at.
    ///   - file: a YAML file; nil: no file.
    public static func load(
        flags: [String: String], environment: [String: String], file: String?
    ) throws(SettingsError) -> Settings {
        var tree: JSONValue = [:]
        if let file { tree = try readYAML(file) }
        for (key, path) in Self.keys {
            let variable = "KINGLET_" + key.uppercased().replacingOccurrences(of: ".", with: "_")
            if let text = flags[key] ?? environment[variable] { tree = tree.setting(path, to: scalar(text)) }
        }
        do throws(FieldError) {
            var settings = try Settings(tree)
            if let file { settings.folder = URL(fileURLWithPath: file).deletingLastPathComponent().path }
            return settings
        } catch {
            throw .invalid(source: file ?? "flags and environment", reason: error.message)
        }
    }

    /// Every key by its dotted name.
    private static let keys: [(String, [String])] = [
        "server.host", "server.port", "server.header_timeout_seconds", "server.body_timeout_seconds",
        "server.idle_timeout_seconds", "server.max_body_kib", "server.max_connections", "server.drain_seconds",
        "model.path", "model.format", "model.threads", "engine.kv_cache_mib", "engine.max_batch_tokens",
        "engine.max_running", "engine.max_waiting", "calling.pools", "calling.adapters", "calling.pool",
        "calling.top_k", "calling.retriever", "calling.max_tokens", "log.level", "log.format", "state",
    ].map { ($0, $0.split(separator: ".").map(String.init)) }

    private static func readYAML(_ path: String) throws(SettingsError) -> JSONValue {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw .unreadable(path: path, reason: "cannot be read as UTF-8 text")
        }
        do {
            let tree = try YAMLDocument.parse(text)
            return tree.isNull ? [:] : tree
        } catch {
            throw .unreadable(path: path, reason: error.message)
        }
    }

    /// A flag's or variable's text as YAML would read it: a number, true or false, else the text.
    private static func scalar(_ text: String) -> JSONValue {
        if let number = Int(text) { return .integer(number) }
        if let number = Double(text), number.isFinite { return .number(number) }
        return switch text {
        case "true": true
        case "false": false
        default: .string(text)
        }
    }
}

extension JSONValue {
    /// The same tree with `value` at `path`; objects on the way are made.
    fileprivate func setting(_ path: [String], to value: JSONValue) -> JSONValue {
        guard let name = path.first else { return value }
        var members = objectValue ?? [:]
        members[name] = (members[name] ?? [:]).setting(Array(path.dropFirst()), to: value)
        return .object(members)
    }
}
