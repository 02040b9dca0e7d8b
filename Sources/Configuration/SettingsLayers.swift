import Documents
import Foundation
import FunctionCalling
import OrderedCollections

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
    ///   - flags: dotted key to text, as in `["server.port": "9000"]`; one that is no setting is an error.
    ///   - environment: `KINGLET_SERVER_PORT` stands for `server.port`; other variables are not looked at.
    ///   - file: a YAML file; nil: no file.
    public static func load(
        flags: [String: String], environment: [String: String], file: String?
    ) throws(SettingsError) -> Settings {
        var tree: JSONValue = [:]
        if let file { tree = try readYAML(file) }
        for key in keys {
            let variable = "KINGLET_" + key.uppercased().replacingOccurrences(of: ".", with: "_")
            if let text = environment[variable] { tree = tree.setting(key, to: try value(text, of: variable)) }
        }
        for (key, text) in flags { tree = tree.setting(key, to: try value(text, of: key)) }
        do throws(FieldError) {
            var settings = try Settings(tree)
            settings.source = tree
            if let file { settings.folder = URL(fileURLWithPath: file).deletingLastPathComponent().path }
            return settings
        } catch {
            throw .invalid(source: file ?? "flags and environment", reason: error.message)
        }
    }

    /// Every key by its dotted name.
    package static var keys: [String] {
        sections.flatMap { section in section.fields.map { "\(section.name).\($0)" } } + ["state"]
    }

    private static func readYAML(_ path: String) throws(SettingsError) -> JSONValue {
        let text: String
        do throws(DocumentError) {
            text = try InputFile.text(path)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        do {
            let tree = try YAMLDocument.parse(text)
            return tree.isNull ? [:] : tree
        } catch {
            throw .unreadable(path: path, reason: error.message)
        }
    }

    /// A flag's or variable's text as YAML would read it: a list in brackets, an object in braces, a number, true or
    /// false, else the text. `[::1]:8080` does not end as a list does, and is a text.
    private static func value(_ text: String, of name: String) throws(SettingsError) -> JSONValue {
        if let number = Int(text) { return .integer(number) }
        if let number = Double(text), number.isFinite { return .number(number) }
        switch (text.first, text.last) {
        case ("[", "]"), ("{", "}"):
            do {
                return try YAMLDocument.parse(text)
            } catch {
                throw .invalid(source: name, reason: "\(text) is no list or object in YAML: \(error.message)")
            }
        default: break
        }
        return switch text {
        case "true": true
        case "false": false
        default: .string(text)
        }
    }
}

extension JSONValue {
    fileprivate func setting(_ key: String, to value: JSONValue) -> JSONValue {
        setting(key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)[...], to: value)
    }

    /// The same tree with `value` at `path`; objects on the way are made.
    private func setting(_ path: ArraySlice<String>, to value: JSONValue) -> JSONValue {
        guard let name = path.first else { return value }
        var members = objectValue ?? [:]
        members[name] = (members[name] ?? [:]).setting(path.dropFirst(), to: value)
        return .object(members)
    }
}
