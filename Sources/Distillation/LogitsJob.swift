import Documents
import OrderedCollections
import Training

/// Fills a store with what a teacher says of samples.
package struct LogitsJob: Sendable {
    private let samples: [TrainingSample]
    private let teacher: any Teacher
    /// Most likely tokens that are kept of each.
    private let top: Int
    /// Samples that the teacher is asked at a time.
    private let atOnce: Int

    package init(_ samples: [TrainingSample], of teacher: any Teacher, top: Int = 100, atOnce: Int = 16) {
        (self.samples, self.teacher, self.top, self.atOnce) = (samples, teacher, top, atOnce)
    }

    /// How far it is.
    package struct Progress: Sendable, Hashable {
        package var done: Int, samples: Int
        /// Tokens asked in this process.
        package var tokens: Int
    }

    /// What the store says of itself.
    ///
    /// - Parameter about: of the samples.
    package func header(_ about: JSONObject) -> JSONObject {
        var header: JSONObject = ["top": .integer(top), "samples": .integer(samples.count)]
        header.merge(teacher.record) { _, new in new }
        header.merge(about) { _, new in new }
        return header
    }

    /// Asks for what the store lacks and writes it to its end. A sample that stands twice is asked once.
    package func run(into writer: TeacherStoreWriter, _ report: (Progress) -> Void) async throws {
        var known: Set<TrainingSample> = []
        let unique = samples.filter { known.insert($0).inserted }
        let missing = unique.filter { !writer.knows($0) }
        var progress = Progress(done: unique.count - missing.count, samples: unique.count, tokens: 0)
        for start in stride(from: 0, to: missing.count, by: atOnce) {
            let part = Array(missing[start..<min(start + atOnce, missing.count)])
            let answers = try await teacher.answers(to: part, top: top)
            for (sample, tokens) in zip(part, answers) {
                try writer.append(sample, tokens)
                progress.tokens += tokens.count
            }
            progress.done += part.count
            report(progress)
        }
        try writer.finish()
    }
}
