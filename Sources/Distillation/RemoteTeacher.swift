import Documents
import Foundation
import HTTPClient
import OrderedCollections
import Training

/// A model on a server that answers `POST /get_sequence_logprobs/`, as TRL's `vllm-serve` and Kinglet do.
package struct RemoteTeacher: Teacher {
    /// Without a slash at its end.
    private let server: String
    private let route: URL
    private let key: String?
    private let client: WebClient
    /// Tries of a request, and how long to wait before the second; twice as long before each further one.
    private let attempts: Int, pause: Duration

    /// - Throws: `.address`.
    package init(
        _ server: String, key: String? = nil, attempts: Int = 5, pause: Duration = .seconds(1)
    ) throws(TeacherError) {
        let base = server.hasSuffix("/") ? String(server.dropLast()) : server
        guard base.hasPrefix("http://") || base.hasPrefix("https://"), URL(string: base)?.host() != nil,
            let route = URL(string: base + "/get_sequence_logprobs/")
        else { throw .address(server) }
        (self.server, self.route, self.key, self.attempts, self.pause) = (base, route, key, attempts, pause)
        client = WebClient(patience: 600)
    }

    package var record: JSONObject { ["teacher": .string(server)] }

    package func answers(to samples: [TrainingSample], top: Int) async throws -> [[TeacherToken]] {
        let body: JSONValue = [
            "sequences": .array(samples.map { .array($0.tokens.map { .integer(Int($0)) }) }),
            "prompt_lengths": .array(samples.map { .integer($0.promptLength) }), "top_logprobs": .integer(top),
            "temperature": .number(1), "response_format": "binary",
        ]
        let answer = try await asked(body.utf8())
        let tokens: [[TeacherToken]]
        do throws(SequenceLogprobs.Fault) {
            tokens = try SequenceLogprobs(answer).tokens()
        } catch {
            throw TeacherError.badAnswer(server: server, reason: error.reason)
        }
        guard tokens.map(\.count) == samples.map(\.completionLength) else {
            throw TeacherError.badAnswer(
                server: server,
                reason: "\(tokens.map(\.count)) tokens of completions of \(samples.map(\.completionLength))")
        }
        return tokens
    }

    private func asked(_ body: [UInt8]) async throws -> JSONValue {
        var request = WebClient.Request(route)
        (request.method, request.body, request.key) = ("POST", body, key)
        request.fields = [("Content-Type", "application/json")]
        var wait = pause
        var attempt = 1
        while true {
            do throws(TeacherError) {
                return try await once(request)
            } catch {
                guard attempt < attempts, error.mayPass else { throw error }
                try await Task.sleep(for: wait)
                wait *= 2
                attempt += 1
            }
        }
    }

    private func once(_ request: WebClient.Request) async throws(TeacherError) -> JSONValue {
        let answer: HTTPAnswer
        do throws(ExchangeError) {
            answer = try await client.answer(request, maximumBytes: 1 << 30)
        } catch {
            throw .unreachable(server: server, reason: "\(error)")
        }
        let value = try? JSONValue(parsing: Data(answer.body))
        guard answer.status == 200 else {
            let message = value?["error"]?["message"]?.stringValue ?? value?["detail"]?.stringValue
            throw .refused(
                server: server, status: answer.status,
                message: message ?? String(decoding: answer.body.prefix(200), as: UTF8.self))
        }
        guard let value else { throw .badAnswer(server: server, reason: "it is no JSON") }
        return value
    }
}

extension TeacherError {
    /// Whether another attempt may go better.
    fileprivate var mayPass: Bool {
        switch self {
        case .unreachable: true
        case .refused(_, let status, _): status == 429 || status >= 500
        case .address, .badAnswer: false
        }
    }
}
