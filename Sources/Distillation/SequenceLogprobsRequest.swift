import Documents
import Foundation
import Inference
import OrderedCollections
import Tokenization

/// The body of `POST /get_sequence_logprobs/`, as TRL's client sends it: given sequences, of whose last tokens a student wants
/// to know what else could have stood there.
package struct SequenceLogprobsRequest: Sendable {
    package let sequences: [[TokenID]]
    /// Tokens of each that are its prompt; nothing is said of them.
    package let promptLengths: [Int]
    /// Most likely tokens wanted of each.
    package let top: Int
    package let temperature: Double
    /// base64 of arrays instead of lists.
    package let isBinary: Bool

    package static let mostSequences = 256, mostTop = 1000
    /// Tokens of all completions times `top`; in arrays, which are filled up, each has as many as the longest.
    package static let mostEntries = 4 << 20

    /// - Throws: for the field at fault.
    package init(_ body: JSONValue) throws(FieldError) {
        var fields = try FieldReader(body)
        sequences = try Self.sequences(try fields.required("sequences"))
        let count = sequences.count
        guard let lengths = try fields.required("prompt_lengths").arrayValue, lengths.count == count else {
            throw FieldError(
                path: "prompt_lengths", reason: .wrongType,
                message: "prompt_lengths must be an array of \(count) numbers, one a sequence")
        }
        var promptLengths: [Int] = []
        for (index, length) in lengths.enumerated() {
            guard let length = length.intValue, (1...sequences[index].count).contains(length) else {
                throw FieldError(
                    path: "prompt_lengths[\(index)]", reason: .outOfRange,
                    message:
                        "prompt_lengths[\(index)] must be in 1...\(sequences[index].count), the tokens of its sequence"
                )
            }
            promptLengths.append(length)
        }
        self.promptLengths = promptLengths
        top = try fields.optionalInt("top_logprobs", in: 1...Self.mostTop) ?? 100
        temperature = try fields.optionalDouble("temperature", in: 0.01...100) ?? 1
        isBinary = try Self.isBinary(&fields)
        let completions = zip(sequences, promptLengths).map { $0.count - $1 }
        let tokens = isBinary ? count * (completions.max() ?? 0) : completions.reduce(0, +)
        guard tokens * top <= Self.mostEntries else {
            throw FieldError(
                path: "sequences", reason: .outOfRange,
                message:
                    "the completions have \(tokens) tokens\(isBinary ? " as arrays" : ""); with top_logprobs \(top) at most "
                    + "\(Self.mostEntries / top) go. Ask for fewer sequences at a time")
        }
    }

    private static func sequences(_ value: JSONValue) throws(FieldError) -> [[TokenID]] {
        guard let elements = value.arrayValue, (1...mostSequences).contains(elements.count) else {
            throw FieldError(
                path: "sequences", reason: .wrongType,
                message: "sequences must be an array of 1 to \(mostSequences) arrays of token ids")
        }
        var sequences: [[TokenID]] = []
        for (index, element) in elements.enumerated() {
            let ids = (element.arrayValue ?? []).map { $0.intValue.flatMap { TokenID(exactly: $0) } }
            guard !ids.isEmpty, !ids.contains(nil) else {
                throw FieldError(
                    path: "sequences[\(index)]", reason: .wrongType,
                    message: "sequences[\(index)] must be an array of token ids, and not empty")
            }
            sequences.append(ids.compactMap { $0 })
        }
        return sequences
    }

    private static func isBinary(_ fields: inout FieldReader) throws(FieldError) -> Bool {
        let form = try fields.optionalString("response_format") ?? "json"
        guard ["json", "binary"].contains(form) else {
            throw FieldError(
                path: "response_format", reason: .outOfRange,
                message: "response_format must be json or binary, not \(form)")
        }
        return form == "binary"
    }
}

extension SequenceLogprobsRequest {
    /// - Throws: for the first id that the model has no token of, also where nothing is computed behind it.
    package func check(vocabulary count: Int) throws(FieldError) {
        for (index, sequence) in sequences.enumerated() {
            guard let place = sequence.firstIndex(where: { !(0..<count).contains(Int($0)) }) else { continue }
            throw FieldError(
                path: "sequences[\(index)][\(place)]", reason: .outOfRange,
                message: "sequences[\(index)][\(place)] is \(sequence[place]); it must be in 0..<\(count)")
        }
    }

    /// The completions, each scored behind its prompt; nothing for an empty one.
    ///
    /// - Throws: `GenerationError`.
    package func generations(by generator: any Generator, _ account: Account? = nil) async throws -> [Generation?] {
        let asked = sequences.indices.filter { promptLengths[$0] < sequences[$0].count }
        let requests = asked.map { index in
            let (sequence, length) = (sequences[index], promptLengths[index])
            var request = GenerationRequest(prompt: Array(sequence[..<length]), scoring: Array(sequence[length...]))
            (request.topLogprobs, request.sampling.temperature) = (top, Float(temperature))
            request.account = account
            return request
        }
        var generations = [Generation?](repeating: nil, count: sequences.count)
        for (index, generation) in zip(asked, try await generator.generations(of: requests)) {
            generations[index] = generation
        }
        return generations
    }

    package func json(_ generations: [Generation?]) -> JSONValue {
        let rows = generations.map { $0?.tokens ?? [] }
        return isBinary ? packed(rows) : Self.listed(rows)
    }

    private static func listed(_ rows: [[GeneratedToken]]) -> JSONValue {
        func lists(_ value: (GeneratedToken.Alternative) -> JSONValue) -> JSONValue {
            .array(rows.map { .array($0.map { .array($0.alternatives.map(value)) }) })
        }
        return [
            "logprobs": lists { .number(Double($0.logprob)) }, "logprob_token_ids": lists { .integer(Int($0.id)) },
        ]
    }

    /// Arrays of `[sequences, longest completion, top]` and `[sequences, longest completion, 1]`; where there is nothing
    /// stand minus infinity and 0.
    private func packed(_ rows: [[GeneratedToken]]) -> JSONValue {
        let longest = rows.map(\.count).max() ?? 0
        var logprobs: [UInt32] = [], ids: [UInt32] = [], actual: [UInt32] = [], actualIDs: [UInt32] = []
        let nothing = (-Float.infinity).bitPattern
        for row in rows {
            for place in 0..<longest {
                let alternatives = row.indices.contains(place) ? row[place].alternatives.prefix(top) : []
                let missing = top - alternatives.count
                logprobs += alternatives.map(\.logprob.bitPattern) + Array(repeating: nothing, count: missing)
                ids += alternatives.map { UInt32(bitPattern: $0.id) } + Array(repeating: 0, count: missing)
                actual.append(row.indices.contains(place) ? row[place].logprob.bitPattern : nothing)
                actualIDs.append(row.indices.contains(place) ? UInt32(bitPattern: row[place].id) : 0)
            }
        }
        return [
            "shape": [.integer(rows.count), .integer(longest), .integer(top)],
            "completion_lengths": .array(rows.map { .integer($0.count) }),
            "logprobs_b64": Self.base64(logprobs), "token_ids_b64": Self.base64(ids),
            "actual_logprobs_b64": Self.base64(actual), "actual_token_ids_b64": Self.base64(actualIDs),
        ]
    }

    /// Little-endian, as numpy reads it.
    private static func base64(_ words: [UInt32]) -> JSONValue {
        let data = words.map(\.littleEndian).withUnsafeBytes { Data($0) }
        return .string(data.base64EncodedString())
    }
}
