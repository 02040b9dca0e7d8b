import Documents
import Foundation
import ModelFiles
import OrderedCollections

/// A file with what a teacher says of samples, read whole and against its checksums when it is opened.
package struct TeacherStore: Sendable {
    package let path: String
    /// What was asked, and of whom.
    package let header: JSONObject
    /// By the samples' keys.
    private let payloads: [[UInt8]: Range<Int>]
    private let file: MappedFile

    /// Tells it from other stores: of all that it holds.
    package let identity: String

    /// - Throws: `.store` for what is no store, is damaged, or was not written to its end.
    package init(path: String) throws(TrainingError) {
        do {
            file = try MappedFile(path: path)
        } catch {
            throw .store(path: path, reason: "\(error)")
        }
        var reader = StoreReader(file)
        header = try reader.header()
        var payloads: [[UInt8]: Range<Int>] = [:]
        reading: while true {
            switch reader.next() {
            case .record(let record): payloads[record.key] = record.payload
            case .end: break reading  // its last bytes are the checksum of all
            case .torn(let reason):
                throw .store(path: path, reason: "\(reason). Write it again: remove it, then kinglet logits")
            }
        }
        (self.path, self.payloads) = (path, payloads)
        identity = file.bytes.suffix(StoreFormat.checksumBytes).map { String($0, radix: 16) }.joined(separator: "-")
    }

    /// What the teacher says of a training's samples, by their numbers.
    ///
    /// - Throws: `.store` that names the first sample that it does not know, or a token that the student has not.
    package func teacher(
        of samples: [TrainingSample], vocabularySize: Int
    ) throws(TrainingError) -> StoredTeacher {
        var found: [StoredTokens] = []
        found.reserveCapacity(samples.count)
        for (index, sample) in samples.enumerated() {
            guard let payload = payloads[StoreFormat.key(sample)] else {
                throw .store(
                    path: path,
                    reason:
                        "has nothing of sample \(index + 1). Ask the teacher with the same --data, --pool, --layout and --top-k"
                )
            }
            let stored = StoredTokens(file.bytes, payload: payload)
            guard stored.count == sample.completionLength else {
                throw .store(
                    path: path,
                    reason: "has \(stored.count) tokens of sample \(index + 1), which has \(sample.completionLength)")
            }
            for place in 0..<stored.count {
                let ids = stored[place].ids
                guard Set(ids).count == ids.count, ids.allSatisfy({ Int($0) < vocabularySize }) else {
                    throw .store(
                        path: path,
                        reason:
                            "sample \(index + 1) has a token that this model has not. Teacher and student need one vocabulary"
                    )
                }
            }
            found.append(stored)
        }
        return StoredTeacher(file: file, samples: found)
    }
}

/// The answers of a store to the samples of a training.
package struct StoredTeacher: TeacherTokens, @unchecked Sendable {  // reads a file that stays mapped and as it is
    private let file: MappedFile
    private let samples: [StoredTokens]

    init(file: MappedFile, samples: [StoredTokens]) { (self.file, self.samples) = (file, samples) }

    package func teacher(of token: TaughtToken) -> TeacherToken { samples[token.sample][token.place] }
}
