import ArgumentParser
import Configuration
import Documents
import Doors
import Foundation
import Service

/// Flags that every verb with a server inside takes.
struct SettingsOptions: ParsableArguments {
    @Option(
        help: "A YAML file of settings. Default: Config/kinglet.yaml here or above the program, else of /etc/kinglet.")
    var config: String?

    @Option(help: "A name of Config/models.yaml, a GGUF file or a Hugging Face folder.")
    var model: String?

    @Option(help: "Folder for everything that is written.")
    var state: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Any other setting; lists as [a, b], objects as {name: value}.", valueName: "key=value"))
    var settings: [String] = []

    /// The settings: these flags before the environment before the file.
    ///
    /// - Parameter flags: further settings by their dotted keys, of flags that a verb has of its own.
    func load(adding flags: [String: String] = [:]) throws -> Settings {
        var flags = flags
        for setting in settings {
            guard let equals = setting.firstIndex(of: "=") else {
                throw ValidationError("--set \(setting): write it as key=value, as in --set engine.max_running=32")
            }
            flags[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        if let model { flags["model.path"] = absolute(model) }
        if let state { flags["state"] = URL(fileURLWithPath: state).path }
        let file = config ?? StandardFile.path("kinglet.yaml")
        return try Settings.load(flags: flags, environment: ProcessInfo.processInfo.environment, file: file)
    }

    /// Names of the manifest stay names; paths of the command line are relative to the working folder.
    private func absolute(_ model: String) -> String {
        FileManager.default.fileExists(atPath: model) ? URL(fileURLWithPath: model).path : model
    }
}

/// `kinglet serve`: answers over HTTP until SIGTERM.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answer function calls over HTTP until SIGTERM.",
        discussion: """
            Settings come from flags, then KINGLET_* variables (KINGLET_SERVER_PORT for server.port), then the file.
            In flags and variables a value in brackets is a list and one in braces an object, as YAML writes them.
            SIGHUP reads them again; the log says what changed and what needs a restart.

            EXAMPLES
              kinglet serve
              kinglet serve --model qwen2.5-coder-1.5b-instruct --port 9000
              kinglet serve --config /etc/kinglet/kinglet.yaml --state /var/lib/kinglet
              KINGLET_API_KEY=$(cat key) kinglet serve --host 0.0.0.0
              KINGLET_LOG_FORMAT=json kinglet serve --set engine.kv_cache_mib=2048
              kinglet serve --set 'server.listen=[127.0.0.1:8080, "[::1]:8080"]'
              kinglet serve --set remote.url=http://gpu:8000/v1 --set remote.model=big --set 'remote.stages=[judge]'
            """)

    @Option(help: "Address to listen on.")
    var host: String?

    @Option(help: "Port to listen on; 0 takes any free one.")
    var port: Int?

    @OptionGroup var options: SettingsOptions

    /// Settings are read again at each SIGHUP, with the same flags.
    func run() async throws {
        let flags = ["server.host": host, "server.port": port.map(String.init)].compactMapValues { $0 }
        try await KingletServer.run(doors: StandardDoors.all) { try options.load(adding: flags) }
    }
}
