import OrderedCollections
import Foundation
import ModelFiles
import Documents

/// `log.jsonl` of a run: first what is trained, then a line a step. Owner: the training thread.
package final class TrainingLog {
    private let path: String
    private let file: FileHandle
    /// Lines that were there before and stay.
    package let known: [JSONValue]

    /// - Parameter step: the checkpoint's, that the run goes on from; later lines are dropped, for those steps come again.
    package init(folder: String, record: JSONObject, after step: Int) throws(TrainingError) {
        path = "\(folder)/log.jsonl"
        do {
            let known = step > 0 ? FileManager.default.contents(atPath: path) : nil
            let lines = known.map { Self.lines($0, through: step) } ?? []
            self.known = lines.compactMap { try? JSONValue(parsing: $0) }
            let kept = lines.isEmpty ? [JSONValue.object(record).text()] : lines
            try DurableFile.write(kept.joined(separator: "\n") + "\n", to: path)
            file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.seekToEnd()
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    /// The record and the whole lines of steps up to one.
    private static func lines(_ data: Data, through step: Int) -> [String] {
        String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init).filter { line in
            guard let value = try? JSONValue(parsing: line) else { return false }
            return (value["step"]?.intValue ?? 0) <= step
        }
    }

    package func write(_ line: JSONValue) throws(TrainingError) {
        do {
            try file.write(contentsOf: Data((line.text() + "\n").utf8))
        } catch {
            throw .cannotWrite(path: path, reason: "\(error)")
        }
    }

    deinit { try? file.close() }
}
