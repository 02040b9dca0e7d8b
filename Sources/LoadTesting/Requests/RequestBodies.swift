import Digests
import Documents
import OrderedCollections

/// The bodies of a workload's requests. The n-th is a function of the seed and n alone, whichever client sends it.
package struct RequestBodies: Sendable {
    /// What a body is made of.
    private enum Source {
        /// Whole bodies, taken in turn.
        case bodies([[UInt8]])
        /// Text before and after the fresh tokens of a prompt.
        case tokens(before: [UInt8], fresh: Int, after: [UInt8])
    }

    private let source: Source
    private let seed: UInt64, tokenLimit: UInt64

    /// Bodies of a workload.
    package init(_ workload: Workload) {
        (seed, tokenLimit) = (workload.seed, UInt64(workload.tokenLimit))
        switch workload.kind {
        case .functionCall(let queries, let pool):
            var fields: JSONObject = [:]
            if let pool { fields["pool"] = .string(pool) }
            if workload.streams { fields["stream"] = true }
            source = .bodies(queries.map { Self.body(["query": .string($0)], fields, workload) })
        case .text(let queries, let generated):
            let fields = Self.generation(generated, workload)
            source = .bodies(queries.map { Self.body(["prompt": .string($0)], fields, workload) })
        case .chat(let queries, let tools, let generated):
            var fields = Self.generation(generated, workload)
            if !tools.isEmpty { fields["tools"] = .array(tools) }
            source = .bodies(
                queries.map { query in
                    Self.body(
                        ["messages": [["role": "user", "content": .string(query)]]], fields, workload)
                })
        case .get: source = .bodies([[]])
        case .tokens(let shared, let fresh, let generated):
            var random = SplitMix64(seed)
            let prefix = (0..<shared).map { _ in String(random.next() % UInt64(workload.tokenLimit)) }
            var settings: JSONObject = [
                "max_tokens": .integer(generated), "min_tokens": .integer(generated), "ignore_eos": true,
                "temperature": 0, "stream": .bool(workload.streams),
            ]
            if workload.streams { settings["stream_options"] = ["include_usage": true] }
            settings.merge(workload.extra) { _, extra in extra }
            let comma = shared > 0 && fresh > 0 ? "," : ""
            let before = "{\"prompt\":[" + prefix.joined(separator: ",") + comma
            let after = "]," + JSONValue.object(settings).text().dropFirst()
            source = .tokens(before: Array(before.utf8), fresh: fresh, after: Array(after.utf8))
        }
    }

    private static func body(_ first: JSONObject, _ fields: JSONObject, _ workload: Workload) -> [UInt8] {
        var body = first
        body.merge(fields) { _, field in field }
        body.merge(workload.extra) { _, extra in extra }
        return JSONValue.object(body).utf8()
    }

    private static func generation(_ tokens: Int, _ workload: Workload) -> JSONObject {
        var fields: JSONObject = ["max_tokens": .integer(tokens), "temperature": 0]
        if workload.streams { fields.merge(["stream": true, "stream_options": ["include_usage": true]]) { $1 } }
        return fields
    }

    /// The body of request `number`, from 0.
    package func body(_ number: Int) -> [UInt8] {
        switch source {
        case .bodies(let bodies): return bodies[number % bodies.count]
        case .tokens(let before, let fresh, let after):
            var bytes = before
            bytes.reserveCapacity(before.count + fresh * 7 + after.count)
            for (index, token) in freshTokens(number, count: fresh).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(token, to: &bytes)
            }
            bytes.append(contentsOf: after)
            return bytes
        }
    }

    /// Two tails differ from their first token on, as long as fewer than `tokenLimit` were made.
    private func freshTokens(_ number: Int, count: Int) -> [UInt64] {
        guard count > 0 else { return [] }
        var random = SplitMix64(seed ^ (UInt64(number) &+ 1) &* 0xD6E8_FEB8_6659_FD93)
        var tokens = (0..<count).map { _ in random.next() % tokenLimit }
        tokens[0] = (seed % tokenLimit + UInt64(number) % tokenLimit) % tokenLimit
        return tokens
    }

    /// A number in decimal digits, without an allocation.
    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var divisor: UInt64 = 1
        while number / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
