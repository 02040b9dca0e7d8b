import FunctionCalling
import Functions

/// What a model is asked about: an answer, the functions that were offered, and what the rules noted.
struct JudgedAnswer: Sendable {
    var request: JudgeRequest
    var functions: [FunctionDefinition]
    var notes: [String] = []
}
