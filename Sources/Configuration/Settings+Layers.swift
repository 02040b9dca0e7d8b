import Documents
import Foundation
import FunctionCalling
import OrderedCollections

extension Settings {
    /// Settings from their layers, the first given winning.
    ///
    /// - Parameters:
    ///   - flags: dotted key to text, as in `["server.port": "9000"]`; one that is no setting is an error.
    ///   - environment: `KINGLET_SERVER_PORT` stands for `server.port`; a `KINGLET_…` that nobody reads is an error.
    ///   - file: a YAML file; nil: no file.
    /// - Throws: `SettingsError` that names the flag, the variable or the file.
    public static func load(
        flags: [String: String], environment: [String: String], file: String?
    ) throws(SettingsError) -> Settings {
        let keys = Self.keys
        var tree: JSONValue = [:]
        var sources: [String: String] = [:]
        if let file { tree = try readYAML(file) }
        for key in keys {
            let variable = SettingsNames.variable(of: key)
            guard let text = environment[variable], !SettingsNames.isOfKubernetes(variable, text) else { continue }
            tree = tree.setting(key, to: try value(text, of: variable))
            sources[key] = variable
        }
        for (key, text) in flags.sorted(by: { $0.key < $1.key }) {
            try SettingsNames.check(flag: key, known: keys)
            tree = tree.setting(key, to: try value(text, of: key))
            sources[key] = "--set \(key)"
        }
        try SettingsNames.check(environment, known: keys, namedBy: tree)
        do throws(FieldError) {
            var settings = try Settings(tree)
            settings.source = tree
            if let file { settings.folder = URL(fileURLWithPath: file).deletingLastPathComponent().path }
            return settings
        } catch {
            throw .invalid(
                source: source(of: error.path, sources) ?? file ?? "flags and environment", reason: error.message)
        }
    }

    /// The flag or variable that told the field at `path`; nil where none did.
    private static func source(of path: String, _ sources: [String: String]) -> String? {
        sources.keys.sorted().first { path == $0 || path.hasPrefix($0 + ".") || path.hasPrefix($0 + "[") }
            .flatMap { sources[$0] }
    }

    /// Every key by its dotted name.
    package static var keys: [String] {
        sections.flatMap { section in section.fields.map { "\(section.name).\($0)" } } + ["state"]
    }

    private static func readYAML(_ path: String) throws(SettingsError) -> JSONValue {
        let text: String
        do throws(DocumentError) {
            text = try InputFile.text(path, limit: YAMLDocument.maximumBytes)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
        let tree: JSONValue
        do {
            tree = try YAMLDocument.parse(text)
        } catch {
            throw .unreadable(path: path, reason: error.message)
        }
        if tree.isNull { return [:] }
        guard tree.objectValue != nil else {
            throw .unreadable(path: path, reason: "must be an object of sections, not \(tree.typeName)")
        }
        return tree
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
