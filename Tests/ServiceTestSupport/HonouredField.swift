import Documents
import OrderedCollections
import Service

extension OpenAIField {
    /// Nothing that is read may be of the wrong type; so what is honoured is read.
    ///
    /// - Parameter ask: sends a request with this value in the field.
    /// - Returns: what speaks against it.
    package func faultsOfReading(_ ask: (JSONValue) async throws -> TinyAnswer) async throws -> [String] {
        let wrong: [JSONValue] = [["x": ["y"]], true, 1e300, "\u{1}"]
        var refusals = 0, faults: [String] = []
        for value in wrong {
            let answer = try await ask(value)
            guard answer.status != 200 else { continue }
            refusals += 1
            let isRefused = answer.status == 400 || answer.code == "model_not_found"
            if !isRefused || answer.param?.hasPrefix(name) != true { faults.append("\(name): \(answer.text)") }
        }
        return refusals > 1 ? faults : faults + ["\(name): taken whatever it is"]
    }
}
