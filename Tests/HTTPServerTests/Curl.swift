import Foundation

/// Runs command-line programs: clients that nobody here wrote.
enum Curl {
    static let isThere = FileManager.default.isExecutableFile(atPath: "/usr/bin/curl")

    static func run(_ arguments: [String]) throws -> String {
        try run("/usr/bin/curl", ["-sS", "--max-time", "20", "--noproxy", "*"] + arguments)
    }

    /// What a program wrote to both its outputs.
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let process = Process(), output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }
}

/// A folder that is removed at the end of its life.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("http-\(UUID())")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A file of so many bytes, and its text.
    func file(_ count: Int) throws -> (path: String, text: String) {
        let file = "\(path)/\(count).txt"
        let text = String(repeating: "0123456789abcdef", count: count / 16)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return (file, text)
    }
}
