/// Why a teacher on a server gives no log-probabilities.
package enum TeacherError: Error, Hashable, CustomStringConvertible {
    case address(String)
    case unreachable(server: String, reason: String)
    case refused(server: String, status: Int, message: String)
    case badAnswer(server: String, reason: String)

    package var description: String {
        switch self {
        case .address(let text): "\(text) is no address of a server; give one as http://127.0.0.1:8080"
        case .unreachable(let server, let reason): "\(server) cannot be reached (\(reason)); is it running?"
        case .refused(let server, let status, let message):
            "\(server) answered \(status): \(message). What is written stays; the same command goes on"
        case .badAnswer(let server, let reason):
            "\(server) gave an answer that cannot be used: \(reason). Does it answer POST /get_sequence_logprobs/?"
        }
    }
}
