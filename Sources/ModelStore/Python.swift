import Foundation

/// Runs `python3` and waits for it.
enum Python {
    /// - Parameters:
    ///   - environment: added to ours.
    ///   - source: names the work in messages.
    ///   - tick: called five times a second.
    /// - Throws: `.source` with the last line that the program wrote to its standard error.
    static func run(
        _ arguments: [String], environment: [String: String], source: String, tick: () -> Void
    ) async throws(PullError) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, added in added }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent("kinglet-\(UUID().uuidString).log")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errors) }
        do {
            // A file, not a pipe: nothing must drain it while we wait.
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
            while process.isRunning {
                try await Task.sleep(for: .milliseconds(200))
                tick()
            }
        } catch {
            if process.isRunning { process.terminate() }
            throw .source(source, reason: error is CancellationError ? "cancelled" : "python3 cannot be started")
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("WARNING") && !$0.hasPrefix("[notice]") }
            throw .source(source, reason: lines.last.map { String($0.prefix(300)) } ?? "python3 failed without a word")
        }
    }
}
