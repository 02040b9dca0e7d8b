import Adapters
import Documents
import Foundation
import FunctionCalling
import Functions
import HTTPServer
import OrderedCollections

/// `POST /v1/adapt`: an adapter alone, on a call that is given.
struct AdaptRoutes: Sendable {
    let pipeline: Pipeline

    func register(in table: inout RouteTable) {
        table.json(post: "/v1/adapt", .call) { body, request in
            let call = try AdaptRequest(json: body, limits: request.context.rules.limits)
            let name = call.pool ?? pipeline.settings.defaultPool
            guard let pool = pipeline.catalog.pool(named: name)?.pool else {
                throw FunctionCallError.unknownPool(name, known: pipeline.catalog.poolNames)
            }
            let (rules, shape) = try pipeline.adapter(named: call.adapter, for: pool)
            let legacy = LegacyOutput.json(
                rules: rules, shape: shape, outcome: call.outcome, calls: call.calls,
                confidence: call.confidence, utterance: call.utterance)
            return .json(["object": "adaptation", "legacy": legacy])
        }
    }
}

/// Body of `POST /v1/adapt`: a response of `POST /v1/functioncall` reduced to what an adapter reads.
struct AdaptRequest {
    let adapter: String
    let pool: String?
    let outcome: Outcome
    let calls: [FunctionCall]
    let confidence: Double
    let utterance: Utterance

    /// - Throws: `FieldError` that names the first field at fault.
    init(json: JSONValue, limits: RequestLimits) throws(FieldError) {
        var fields = try FieldReader(json)
        adapter = try fields.string("adapter")
        pool = try fields.optionalString("pool")
        confidence = try fields.optionalDouble("confidence", in: 0...1) ?? 1
        utterance = Utterance(
            try fields.optionalString("query") ?? "", locale: try fields.optionalString("locale"),
            id: try fields.optionalString("id") ?? "")
        let outcomeName = try fields.optionalString("outcome") ?? Outcome.call.rawValue
        guard let outcome = Outcome(rawValue: outcomeName) else {
            let known = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldError(path: "outcome", reason: .outOfRange, message: "outcome must be one of \(known)")
        }
        self.outcome = outcome
        let readers = try fields.objects("calls")
        try fields.finish()
        guard readers.isEmpty == (outcome != .call), readers.count <= limits.calls else {
            throw FieldError(
                path: "calls", reason: .outOfRange,
                message:
                    "calls must have 1 to \(limits.calls) elements with the outcome \"call\", else none")
        }
        var calls: [FunctionCall] = []
        for reader in readers { calls.append(try Self.call(reader)) }
        self.calls = calls
    }

    private static func call(_ reader: FieldReader) throws(FieldError) -> FunctionCall {
        var reader = reader
        let function = try reader.string("function")
        let parameters = reader.optional("parameters") ?? .object([:])
        guard let members = parameters.objectValue else {
            let path = reader.path(of: "parameters")
            throw FieldError(
                path: path, reason: .wrongType, message: "\(path) must be an object, not \(parameters.typeName)")
        }
        let confidence = try reader.optionalDouble("confidence", in: 0...1) ?? 1
        try reader.finish()
        return FunctionCall(function: function, parameters: members, confidence: confidence)
    }
}
