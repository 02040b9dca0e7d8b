import Documents
import Foundation
import Training

/// The answer of `POST /get_sequence_logprobs/` in either of its forms.
///
/// ```
/// json    {"logprobs": [[[f, …], …], …], "logprob_token_ids": [[[id, …], …], …]}
/// binary  {"shape": [samples, tokens, top], "completion_lengths": […], "logprobs_b64": f32, "token_ids_b64": i32}
/// ```
struct SequenceLogprobs {
    struct Fault: Error { let reason: String }

    private let value: JSONValue

    init(_ value: JSONValue) { self.value = value }

    func tokens() throws(Fault) -> [[TeacherToken]] {
        value["logprobs_b64"] == nil ? try listed() : try packed()
    }

    private func listed() throws(Fault) -> [[TeacherToken]] {
        guard let logprobs = value["logprobs"]?.arrayValue, let ids = value["logprob_token_ids"]?.arrayValue,
            logprobs.count == ids.count
        else { throw Fault(reason: "it has neither logprobs_b64 nor logprobs with logprob_token_ids") }
        var samples: [[TeacherToken]] = []
        for (logprobs, ids) in zip(logprobs, ids) {
            let rows = logprobs.arrayValue ?? [], idRows = ids.arrayValue ?? []
            guard rows.count == idRows.count else { throw Fault(reason: "logprobs and ids have different lengths") }
            var tokens: [TeacherToken] = []
            for (row, ids) in zip(rows, idRows) {
                // A logarithm that is none is null in JSON.
                let logprobs = (row.arrayValue ?? []).map { Float($0.doubleValue ?? -.infinity) }
                let known = (ids.arrayValue ?? []).map { $0.intValue.flatMap(Int32.init(exactly:)) ?? -1 }
                tokens.append(try Self.token(logprobs, known))
            }
            samples.append(tokens)
        }
        return samples
    }

    private func packed() throws(Fault) -> [[TeacherToken]] {
        let shape = (value["shape"]?.arrayValue ?? []).compactMap(\.intValue)
        let lengths = (value["completion_lengths"]?.arrayValue ?? []).compactMap(\.intValue)
        guard shape.count == 3, shape.allSatisfy({ (0...1 << 20).contains($0) }), lengths.count == shape[0],
            lengths.allSatisfy({ (0...shape[1]).contains($0) }),
            let logprobs = Self.words(value["logprobs_b64"]), let ids = Self.words(value["token_ids_b64"]),
            logprobs.count == shape[0] * shape[1] * shape[2], ids.count == logprobs.count
        else { throw Fault(reason: "its shape does not fit its content") }
        var samples: [[TeacherToken]] = []
        for (sample, length) in lengths.enumerated() {
            var tokens: [TeacherToken] = []
            for place in 0..<length {
                let start = (sample * shape[1] + place) * shape[2], row = start..<start + shape[2]
                tokens.append(
                    try Self.token(logprobs[row].map { Float(bitPattern: $0) }, ids[row].map { Int32(bitPattern: $0) }))
            }
            samples.append(tokens)
        }
        return samples
    }

    private static func words(_ value: JSONValue?) -> [UInt32]? {
        guard let text = value?.stringValue, let data = Data(base64Encoded: text), data.count % 4 == 0 else {
            return nil
        }
        return data.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 4).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self))
            }
        }
    }

    /// Rows are filled up with minus infinity.
    private static func token(_ logprobs: [Float], _ ids: [Int32]) throws(Fault) -> TeacherToken {
        guard logprobs.count == ids.count else { throw Fault(reason: "logprobs and ids have different lengths") }
        let known = zip(ids, logprobs).filter { $0.1 > -.infinity }
        guard !known.isEmpty, known.allSatisfy({ $0.0 >= 0 && $0.1 <= 1e-3 }) else {
            throw Fault(reason: "a token has no log-probabilities")
        }
        let sorted = known.sorted { $0.1 > $1.1 }
        return TeacherToken(ids: sorted.map(\.0), logprobs: sorted.map { min(0, $0.1) })
    }
}
