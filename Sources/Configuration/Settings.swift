import Documents
import Foundation
import FunctionCalling
import HTTPServer
import Inference

/// All settings of a server. Flags go before environment, file and default; `Config/kinglet.yaml` explains each key.
public struct Settings: Sendable, Hashable {
    public var server = Server()
    public var tls = TLS()
    public var model = Model()
    public var engine = Engine()
    public var embedding = Embedding()
    public var calling = Calling()
    public var knowledge = Knowledge()
    public var judging = Judging()
    public var evaluation = Evaluation()
    public var remote = Remote()
    public var access = Access()
    public var limits = RequestLimits()
    public var cors = CORS()
    public var log = Log()
    public var metrics = Metrics()
    public var otlp = OTLP()
    public var state = "state"
    /// Relative paths start here: the folder of the file, else the working folder.
    public var folder = FileManager.default.currentDirectoryPath

    /// What was told, apart from the defaults: to name what a reload changes.
    package var source: JSONValue = [:]

    public init() {}

    /// Every section: a new one is a property above and a line here.
    static var sections: [SettingsEntry] {
        [
            SettingsEntry("server", \.server),
            SettingsEntry("tls", \.tls),
            SettingsEntry("model", \.model),
            SettingsEntry("engine", \.engine),
            SettingsEntry("embedding", \.embedding),
            SettingsEntry("calling", \.calling),
            SettingsEntry("knowledge", \.knowledge),
            SettingsEntry("judging", \.judging),
            SettingsEntry("evaluation", \.evaluation),
            SettingsEntry("remote", \.remote),
            SettingsEntry("access", \.access),
            SettingsEntry("limits", \.limits),
            SettingsEntry("cors", \.cors),
            SettingsEntry("log", \.log),
            SettingsEntry("metrics", \.metrics),
            SettingsEntry("telemetry.otlp", \.otlp),
        ]
    }

    /// An absolute path of a setting.
    public func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : URL(fileURLWithPath: folder).appendingPathComponent(path).standardizedFileURL.path
    }

    /// Reads one tree of settings, strictly.
    ///
    /// - Throws: `FieldError` that names the key.
    package init(_ tree: JSONValue) throws(FieldError) {
        var root = try FieldReader(tree)
        for section in Self.sections {
            guard var fields = try Self.fields(of: section, in: &root) else { continue }
            try section.read(&self, &fields)
            try fields.finish()
        }
        state = try root.optionalString("state") ?? state
        try root.finish()
    }

    /// A section's own fields. One whose name has a dot lies within another object, alone.
    private static func fields(
        of section: SettingsEntry, in root: inout FieldReader
    ) throws(FieldError) -> FieldReader? {
        let names = section.name.split(separator: ".").map(String.init)
        guard names.count == 2 else { return try root.optionalObject(section.name) }
        var outer = try root.optionalObject(names[0])
        let fields = try outer?.optionalObject(names[1])
        try outer?.finish()
        return fields
    }
}
