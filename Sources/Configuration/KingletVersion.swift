import CBuild

/// The version that `/version`, `/openapi.json`, `kinglet_build_info` and the command line name.
public enum KingletVersion {
    public static let text = "1.0.0"

    /// What `kinglet --version` prints, but for the instructions in use.
    public static var line: String { "\(text) (commit \(commit), Swift \(swift), \(architecture), \(mode))" }

    /// What this build is: labels of `kinglet_build_info`.
    package static var build: [(name: String, value: String)] {
        [("version", text), ("commit", commit), ("swift", swift), ("architecture", architecture), ("mode", mode)]
    }

    /// Twelve digits, or `unknown`.
    package static var commit: String {
        let digits = String(cString: cbuild_commit()).prefix(12)
        return digits.isEmpty ? "unknown" : String(digits)
    }

    private static var swift: String {
        #if swift(>=6.4)
            "6.4 or later"
        #elseif swift(>=6.3)
            "6.3"
        #elseif swift(>=6.2)
            "6.2"
        #else
            "6.1"
        #endif
    }

    private static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #else
            "arm64"
        #endif
    }

    private static var mode: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }
}
