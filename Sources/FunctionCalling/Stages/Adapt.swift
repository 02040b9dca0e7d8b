import Adapters
import Documents
import Functions

/// The last stage: the frame that a legacy stack would have given.
package struct Adapt: Sendable {
    /// An adapter and the form in which it writes.
    package struct Output: Sendable {
        let rules: AdapterRules
        let shape: OutputShape
    }

    let catalog: FunctionCatalog

    /// What a request's adapter writes; nil if it names none.
    /// - Throws: `.unknownAdapter`.
    package func output(for request: FunctionCallRequest, of pool: FunctionPool) throws(FunctionCallError) -> Output? {
        guard let name = request.adapter else { return nil }
        return try output(named: name, of: pool)
    }

    /// An adapter by its name; or, by the name of an output shape, the adapter that is named for the pool.
    func output(named name: String, of pool: FunctionPool) throws(FunctionCallError) -> Output {
        if let rules = catalog.adapter(named: name) { return Output(rules: rules, shape: rules.output) }
        guard let shape = OutputShape(rawValue: name), let rules = catalog.adapter(named: pool.name) else {
            throw .unknownAdapter(name, known: catalog.adapterNames)
        }
        return Output(rules: rules, shape: shape)
    }

    package func callAsFunction(
        _ result: FunctionCallResult, _ request: FunctionCallRequest, to output: Output?
    ) -> FunctionCallResult {
        guard let output else { return result }
        var result = result
        result.legacy = LegacyOutput.json(
            rules: output.rules, shape: output.shape, outcome: result.outcome, calls: result.calls,
            confidence: result.confidence,
            utterance: Utterance(
                request.query, locale: request.context.locale, id: result.id, time: result.created))
        return result
    }
}
