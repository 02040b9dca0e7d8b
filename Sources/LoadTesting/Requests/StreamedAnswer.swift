import HTTPClient
import OrderedCollections
import Documents

/// A streamed answer as it comes: server-sent events (WHATWG HTML, 9.2) become the value of a whole answer, and the moment of
/// the first token is noted.
package struct StreamedAnswer {
    private let kind: Workload.Kind
    private var line: [UInt8] = []
    private var event = "", data = ""
    /// What the answer would have been in one piece, as far as it is checked.
    package private(set) var value = JSONValue.object([:])
    package private(set) var isComplete = false
    /// When the first token and the last event of tokens came, in the reader's seconds.
    package private(set) var firstToken: Double?, lastToken: Double?
    /// Seconds between events of tokens.
    package private(set) var gaps: [Float] = []
    /// What the server says went wrong after it had begun.
    package private(set) var error: String?

    package init(_ kind: Workload.Kind) { self.kind = kind }

    package mutating func take(_ piece: ArraySlice<UInt8>, at now: Double) {
        for byte in piece {
            guard byte == 0x0A else {
                if line.count < 1 << 20 { line.append(byte) }
                continue
            }
            if line.last == 0x0D { line.removeLast() }
            takeLine(String(decoding: line, as: UTF8.self), at: now)
            line.removeAll(keepingCapacity: true)
        }
    }

    private mutating func takeLine(_ line: String, at now: Double) {
        if line.hasPrefix("event:") {
            event = line.dropFirst(6).drop { $0 == " " }.description
        } else if line.hasPrefix("data:") {
            data += (data.isEmpty ? "" : "\n") + line.dropFirst(5).drop { $0 == " " }
        } else if line.isEmpty {
            if !data.isEmpty { dispatch(at: now) }
            (event, data) = ("", "")
        }
    }

    private mutating func dispatch(at now: Double) {
        if data == "[DONE]" {
            isComplete = true
            return
        }
        guard let parsed = try? JSONValue(parsing: data) else {
            error = error ?? "an event is no JSON"
            return
        }
        if let message = parsed["error"]?["message"]?.stringValue { error = error ?? message }
        switch kind {
        case .functionCall:
            if event == "delta" { tokenCame(at: now) }
            if event == "done" { (value, isComplete) = (parsed, true) }
        case .tokens, .text, .chat:
            if let choices = parsed["choices"]?.arrayValue, !choices.isEmpty, Self.hasContent(choices) {
                tokenCame(at: now)
            }
            if let usage = parsed["usage"], !usage.isNull { value = ["usage": usage] }
        case .get: break
        }
    }

    /// A chat's first event names the role alone.
    private static func hasContent(_ choices: [JSONValue]) -> Bool {
        choices.contains { choice in
            guard let delta = choice["delta"]?.objectValue else { return true }
            return delta.contains { $0.key != "role" && !$0.value.isNull && $0.value.stringValue != "" }
        }
    }

    private mutating func tokenCame(at now: Double) {
        if let lastToken { gaps.append(Float(now - lastToken)) }
        firstToken = firstToken ?? now
        lastToken = now
    }
}
