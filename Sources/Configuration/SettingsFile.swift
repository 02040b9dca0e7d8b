import Foundation

/// The file of settings that counts where none is named.
public enum SettingsFile {
    /// `Config/kinglet.yaml` in the working folder, then beside or above the program, then `/etc/kinglet/kinglet.yaml`:
    /// the places where the manifest of models is looked for, too. nil: it is in none of them.
    ///
    /// - Parameters:
    ///   - program: its path; nil: of this process.
    ///   - folder: the working folder.
    ///   - system: the folder looked at last.
    public static func standard(
        program: String? = nil, folder: String = FileManager.default.currentDirectoryPath,
        system: String = "/etc/kinglet"
    ) -> String? {
        let program = program ?? Bundle.main.executablePath ?? CommandLine.arguments.first ?? "kinglet"
        var folders = [folder]
        var above = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
        while above.path != "/" {
            folders.append(above.path)
            above.deleteLastPathComponent()
        }
        let candidates = folders.map { $0 + "/Config/kinglet.yaml" } + ["\(system)/kinglet.yaml"]
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }
}
