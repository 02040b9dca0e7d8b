import FunctionCalling
import HTTPServer
import Logging
import Telemetry

/// Puts changed settings in force while the server runs: all that can be, or, where anything is wrong, none.
struct Reloader {
    private var settings: Settings
    private let server: RunningServer
    private let level: SharedLogLevel
    private let environment: [String: String]
    private let logger: Logger

    init(
        _ settings: Settings, _ server: RunningServer, _ level: SharedLogLevel, _ environment: [String: String],
        _ logger: Logger
    ) {
        (self.settings, self.server, self.level) = (settings, server, level)
        (self.environment, self.logger) = (environment, logger)
    }

    mutating func reload(_ load: () throws -> Settings) async {
        do {
            let new = try load()
            let rules = try AccessRules(new, environment: environment)
            let seed = try CatalogLoader.seed(new)
            // From here on nothing but the certificates and the pools can fail; those come first.
            if server.hasTLS { try server.reloadCertificates() }
            let pools = try await server.living.reload(seed)
            server.gate.replaceRules(rules)
            level.level = Logger.Level(rawValue: new.log.level) ?? level.level
            report(SettingsChanges(from: settings, to: new), pools)
            settings = new
        } catch {
            logger.error("nothing was reloaded: the settings before stay in force", metadata: ["error": "\(error)"])
        }
    }

    private func report(_ changes: SettingsChanges, _ pools: ReloadReport) {
        func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
        var fields: Logger.Metadata = [
            "settings": "\(list(changes.live))", "pools": "\(list(pools.updated))",
            "keys": .stringConvertible(server.gate.keyCount),
        ]
        if !pools.removed.isEmpty { fields["pools_removed"] = "\(list(pools.removed))" }
        if !pools.kept.isEmpty { fields["pools_kept_as_edited"] = "\(list(pools.kept))" }
        if server.hasTLS { fields["certificates"] = "read again" }
        if !changes.restart.isEmpty { fields["needs_restart"] = "\(list(changes.restart))" }
        logger.log(level: changes.restart.isEmpty ? .notice : .warning, "reloaded", metadata: fields)
    }
}
