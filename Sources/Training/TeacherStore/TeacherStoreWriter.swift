import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// Writes a store record by record into `<path>.part`, which becomes `<path>` at the end. What a killed process left is gone
/// on with: whole records stay, a torn one is cut off. Owner: whoever made it.
package final class TeacherStoreWriter {
    package let path: String
    private let file: FileHandle
    private var keys: Set<[UInt8]> = []
    private var checksums: [UInt8] = []
    /// Records that stand in the file.
    package var count: Int { checksums.count / StoreFormat.checksumBytes }

    private var temporary: String { path + ".part" }

    /// - Parameter header: what is asked, and of whom; a file that was begun with another one is refused.
    package init(path: String, header: JSONObject) throws(TrainingError) {
        self.path = path
        let temporary = path + ".part"
        var end = 0
        if let known = try? MappedFile(path: temporary) {
            var reader = StoreReader(known)
            let old = try? reader.header()
            guard old == nil || old == header else {
                throw .store(
                    path: temporary,
                    reason: "was begun with another teacher, data or settings. Give another --output, or remove it")
            }
            while old != nil, case .record(let record) = reader.next() {
                keys.insert(record.key)
                checksums += record.checksum
            }
            end = old == nil ? 0 : reader.place
        }
        do {
            if end == 0 { try Self.begin(temporary, header) }
            file = try FileHandle(forUpdating: URL(fileURLWithPath: temporary))
            if end > 0 { try file.truncate(atOffset: UInt64(end)) }
            try file.seekToEnd()
        } catch {
            throw .cannotWrite(path: temporary, reason: "\(error)")
        }
    }

    private static func begin(_ path: String, _ header: JSONObject) throws {
        let json = JSONValue.object(header).utf8()
        try Data(StoreFormat.magic + framed(json)).write(to: URL(fileURLWithPath: path))
    }

    private static func framed(_ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(little: UInt32(content.count))
        return bytes + content + StoreFormat.checksum(content)
    }

    package func knows(_ sample: TrainingSample) -> Bool { keys.contains(StoreFormat.key(sample)) }

    /// - Parameter tokens: one for each of the completion's.
    package func append(_ sample: TrainingSample, _ tokens: [TeacherToken]) throws(TrainingError) {
        if let fault = Self.fault(sample, tokens) { throw .store(path: path, reason: fault) }
        let payload = StoreFormat.payload(sample, tokens)
        do {
            try file.write(contentsOf: Data(Self.framed(payload)))
        } catch {
            throw .cannotWrite(path: temporary, reason: "\(error)")
        }
        keys.insert(StoreFormat.key(sample))
        checksums += StoreFormat.checksum(payload)
    }

    /// What a teacher said that cannot be kept; nil: nothing.
    private static func fault(_ sample: TrainingSample, _ tokens: [TeacherToken]) -> String? {
        guard tokens.count == sample.completionLength, tokens.count <= StoreFormat.mostTokens else {
            return "the teacher said \(tokens.count) tokens of a completion of \(sample.completionLength)"
        }
        for token in tokens {
            guard (1...StoreFormat.mostEntries).contains(token.ids.count), token.ids.count == token.logprobs.count,
                token.ids.allSatisfy({ (0..<Int32(StoreFormat.mostIDs)).contains($0) }),
                Set(token.ids).count == token.ids.count
            else { return "the teacher named \(token.ids.count) tokens with \(token.logprobs.count) log-probabilities" }
            guard token.logprobs.allSatisfy({ $0.isFinite && $0 <= 1e-3 }), !token.rest.isNaN, token.rest <= 1e-3 else {
                return "the teacher gave a log-probability that is none"
            }
        }
        return nil
    }

    /// The store is whole now, under its name.
    package func finish() throws(TrainingError) {
        var bytes: [UInt8] = []
        bytes.append(little: StoreFormat.endMark)
        bytes.append(little: UInt64(count))
        bytes += StoreFormat.checksum(checksums)
        do {
            try file.write(contentsOf: Data(bytes))
            try file.synchronize()
            try file.close()
        } catch {
            throw .cannotWrite(path: temporary, reason: "\(error)")
        }
        guard rename(temporary, path) == 0 else {
            throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
    }
}
