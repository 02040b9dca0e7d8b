import Configuration
import Documents
import FunctionCalling
import Functions
import Judging
import Rewards

/// The body of `POST /v1/reward`.
package struct RewardRequest: Sendable {
    /// Answers that one request may bring.
    package static let mostSamples = 1_024

    /// One answer.
    package struct Item: Sendable {
        let response: String
        let label: RewardLabel
        let offer: Offer
    }

    /// Where the functions are that were offered; neither: they are not known.
    package struct Offer: Sendable {
        let pool: String?
        let functions: [FunctionDefinition]?

        /// - Throws: also where both are given.
        init(_ reader: inout FieldReader, _ limits: RequestLimits) throws(FieldError) {
            pool = try reader.optionalString("pool")
            functions = try FunctionDefinition.list("functions", &reader, limits)
            try reader.check(pool == nil || functions == nil, "functions", "excludes pool; give one of them")
        }

        var isEmpty: Bool { pool == nil && functions == nil }
    }

    let rule: RewardRule
    let offer: Offer
    let samples: [Item]

    /// - Throws: `FieldError` that names the first field at fault.
    package init(_ body: JSONValue, limits: RequestLimits) throws(FieldError) {
        var fields = try FieldReader(body)
        let names = RewardRule.allCases.map(\.rawValue)
        rule = try fields.optionalChoice("reward", names).flatMap(RewardRule.init) ?? .paper
        offer = try Offer(&fields, limits)
        _ = try fields.required("samples")
        let items = try fields.objects("samples")
        try fields.check(
            (1...Self.mostSamples).contains(items.count), "samples", "must have 1 to \(Self.mostSamples) elements")
        var samples: [Item] = []
        for var item in items { samples.append(try Item(&item, limits)) }
        self.samples = samples
        try fields.finish()
    }
}

extension RewardRequest.Item {
    fileprivate init(_ item: inout FieldReader, _ limits: RequestLimits) throws(FieldError) {
        let response = try item.string("response")
        let prompt = try item.optionalString("prompt")
        self.response = prompt.map { Completion.text(of: response, prompt: $0) } ?? response
        offer = try RewardRequest.Offer(&item, limits)
        let label = item.optional("label")
        if var fields = try item.optionalObject("reference") {
            try item.check(label == nil, "label", "excludes reference; give one of them")
            self.label = RewardLabel(reference: try Reference(&fields))
            try fields.finish()
        } else {
            self.label = label.map { RewardLabel($0) } ?? RewardLabel()
        }
        try item.finish()
    }
}
