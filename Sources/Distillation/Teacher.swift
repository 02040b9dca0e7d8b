import Documents
import Training

/// Says of given completions what else could have stood there, and how likely each was.
package protocol Teacher: Sendable {
    /// What tells it from other teachers.
    var record: JSONObject { get }

    /// One `TeacherToken` for each token of each completion.
    ///
    /// - Parameter top: most likely tokens wanted.
    /// - Throws: why it does not answer; it may be asked again.
    func answers(to samples: [TrainingSample], top: Int) async throws -> [[TeacherToken]]
}
