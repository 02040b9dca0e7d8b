import Foundation

/// Files of `Config` that count where a user names none: settings, the manifest of models, queries of load tests.
package enum StandardFile {
    /// `Config/NAME` in the working folder, then beside or above the program, then `/etc/kinglet/NAME`. nil: it is in none of
    /// them.
    ///
    /// - Parameters:
    ///   - program: its path; nil: of this process.
    ///   - folder: the working folder.
    ///   - system: the folder looked at last.
    package static func path(
        _ name: String, program: String? = nil, folder: String = FileManager.default.currentDirectoryPath,
        system: String = "/etc/kinglet"
    ) -> String? {
        let program = program ?? Bundle.main.executablePath ?? CommandLine.arguments.first ?? "kinglet"
        var folders = [folder]
        var above = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
        while above.path != "/" {
            folders.append(above.path)
            above.deleteLastPathComponent()
        }
        let candidates = folders.map { "\($0)/Config/\(name)" } + ["\(system)/\(name)"]
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }
}
