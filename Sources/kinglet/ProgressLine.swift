import Foundation
import LoadTesting

/// How far a point is, on one line that is written over; nothing where standard error is no terminal.
final class ProgressLine {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var isShown = false

    func show(_ progress: LoadProgress) {
        guard isTerminal else { return }
        let name = progress.step.isOpen ? progress.step.label : "cc \(progress.step.label)"
        let counts = "\(progress.answers) answers, \(progress.errors) errors, \(progress.waiting) waiting"
        let text = "\(name): \(Int(progress.seconds)) s, \(counts)"
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
        isShown = true
    }

    func clear() {
        guard isShown else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
        isShown = false
    }
}

/// A file that is written line by line, or at once.
final class LineFile {
    private let handle: FileHandle

    init(_ path: String) throws(LoadError) {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw .report(path: path, reason: "cannot be written") }
        self.handle = handle
    }

    func write(_ line: String) { handle.write(Data(line.utf8)) }

    static func write(_ bytes: [UInt8], to path: String) throws(LoadError) {
        do {
            try LinesFile.write(Data(bytes), to: URL(fileURLWithPath: path))
        } catch {
            throw .report(path: path, reason: "cannot be written")
        }
    }
}
