import Assembly
import Configuration
import FunctionCalling
import HTTPServer
import Inference
import Logging
import Telemetry

/// Puts changed settings in force while the server runs: all that can be, or, where anything is wrong, none.
struct Reloader {
    /// Of the start, which hold where a change needs a restart; and of the last reload.
    private let started: Settings
    private var settings: Settings
    private let server: RunningServer
    private let level: SharedLogLevel
    private let environment: [String: String]
    private let logger: Logger

    init(
        _ settings: Settings, _ server: RunningServer, _ level: SharedLogLevel, _ environment: [String: String],
        _ logger: Logger
    ) {
        (started, self.settings, self.server, self.level) = (settings, settings, server, level)
        (self.environment, self.logger) = (environment, logger)
    }

    mutating func reload(_ load: () throws -> Settings) async {
        do {
            let new = try load()
            let rules = try AccessRules(new, environment: environment)
            let seed = try CatalogLoader.seed(new)
            let tuned = try server.reader?.read(new)
            // From here on nothing but the certificates and the pools can fail; those come first.
            if server.hasTLS { try server.reloadCertificates() }
            let pools = try await server.living.reload(seed)
            if let tuned { await server.tuned.reload(tuned) }
            server.gate.replaceRules(rules)
            server.engine.bounds = new.admission
            level.level = Logger.Level(rawValue: new.log.level) ?? level.level
            report(
                live: SettingsChanges(from: settings, to: new).live,
                restart: SettingsChanges(from: started, to: new).restart, pools)
            settings = new
        } catch {
            logger.error("nothing was reloaded: the settings before stay in force", metadata: ["error": "\(error)"])
        }
    }

    private func report(live: [String], restart: [String], _ pools: ReloadReport) {
        func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
        var fields: Logger.Metadata = [
            "settings": "\(list(live))", "pools_and_adapters": "\(list(pools.effects))",
            "keys": .stringConvertible(server.gate.keyCount),
        ]
        if !pools.kept.isEmpty { fields["pools_kept_as_edited"] = "\(list(pools.kept))" }
        if server.hasTLS { fields["certificates"] = "read again" }
        if !restart.isEmpty { fields["needs_restart"] = "\(list(restart))" }
        logger.log(level: restart.isEmpty ? .notice : .warning, "reloaded", metadata: fields)
    }
}
