import Documents
import Foundation
import Functions
import OrderedCollections

/// Decides between a call and the two other outcomes: two logistic regressions over `ChoiceFeatures`, each with a
/// threshold. `kinglet calibrate` fits one on labelled samples.
public struct ChoiceModel: Sendable, Hashable {
    /// One logistic regression.
    public struct Rule: Sendable, Hashable {
        public var bias: Double
        public var weights: [ChoiceFeatures.Name: Double]
        /// The outcome is chosen from this probability on.
        public var threshold: Double

        public init(bias: Double, weights: [ChoiceFeatures.Name: Double], threshold: Double = 0.5) {
            (self.bias, self.weights, self.threshold) = (bias, weights, threshold)
        }

        public func probability(_ features: ChoiceFeatures) -> Double {
            let sum = ChoiceFeatures.Name.allCases.reduce(bias) { $0 + (weights[$1] ?? 0) * features[$1] }
            return 1 / (1 + exp(-sum))
        }

        /// Never chosen.
        public static let never = Rule(bias: -50, weights: [:], threshold: 1)
    }

    /// That no function offered does what is asked.
    public var noFunction: Rule
    /// That a required value is missing, or the request could mean several things.
    public var unclear: Rule

    public init(noFunction: Rule, unclear: Rule) { (self.noFunction, self.unclear) = (noFunction, unclear) }

    /// The outcome, and the probability of a call being right to make (or of the other outcome that is chosen).
    public func decide(_ features: ChoiceFeatures) -> (outcome: Outcome, confidence: Double) {
        let none = noFunction.probability(features), unclear = unclear.probability(features)
        let overNone = none / self.noFunction.threshold, overUnclear = unclear / self.unclear.threshold
        if max(overNone, overUnclear) < 1 { return (.call, (1 - none) * (1 - unclear)) }
        return overNone >= overUnclear ? (.noAppropriateFunction, none) : (.requestUnclear, unclear)
    }

    /// Whether the model must be asked about the function it chose.
    public var needsCheck: Bool {
        (noFunction.weights[.check] ?? 0) != 0 || (unclear.weights[.check] ?? 0) != 0
    }
}

extension ChoiceModel {
    /// What decides where a pool has no model of its own.
    static func standard(for request: FunctionCallRequest) -> ChoiceModel {
        request.history.contains { $0.role == .user } ? .standardInDialogue : .standard
    }

    /// For requests that stand alone. Fitted on samples of several public sets and requests to the smart home
    /// together, one third of them without a function that fits, nearly all without a history (Docs/FunctionCalling.md).
    public static let standard = ChoiceModel(
        noFunction: Rule(
            bias: 0.74,
            weights: [
                .overNone: -0.14, .name: 0.19, .values: -0.26, .leastValue: -0.63, .nameSaid: -1.02, .documented: -2.06,
                .groundless: 1.71, .offered: -0.73,
            ], threshold: 0.75),
        unclear: .never)

    /// The same where something was said before: there the last turn's words say little of what is meant ("Savings
    /// please"), and how surely the model writes says more. Fitted on dialogues of SGD's training services.
    public static let standardInDialogue = ChoiceModel(
        noFunction: Rule(
            bias: 2.22,
            weights: [
                .overNone: -0.96, .overUnclear: -0.35, .name: -0.69, .values: -1.9, .leastValue: -0.4, .nameSaid: -2.42,
                .documented: -3.33, .grounded: 0.06, .groundless: 0.03,
            ], threshold: 0.72),
        unclear: .never)
}

extension ChoiceModel {
    public var json: JSONValue {
        [
            "no_appropriate_function": Self.json(noFunction), "request_unclear": Self.json(unclear),
        ]
    }

    private static func json(_ rule: Rule) -> JSONValue {
        var weights: JSONObject = [:]
        for name in ChoiceFeatures.Name.allCases {
            if let weight = rule.weights[name], weight != 0 { weights[name.rawValue] = .number(weight) }
        }
        return ["bias": .number(rule.bias), "threshold": .number(rule.threshold), "weights": .object(weights)]
    }

    /// - Throws: `FieldError` that names the field at fault.
    public init(json: JSONValue) throws(FieldError) {
        var fields = try FieldReader(json)
        noFunction = try Self.rule("no_appropriate_function", &fields)
        unclear = try Self.rule("request_unclear", &fields)
        _ = fields.optional("fitted")
        try fields.finish()
    }

    private static func rule(_ name: String, _ fields: inout FieldReader) throws(FieldError) -> Rule {
        guard var rule = try fields.optionalObject(name) else { return .never }
        let bias = try rule.optionalDouble("bias", in: -1e3...1e3) ?? 0
        let threshold = try rule.optionalDouble("threshold", in: 1e-6...1) ?? 0.5
        var weights: [ChoiceFeatures.Name: Double] = [:]
        let path = rule.path(of: "weights")
        for (key, value) in rule.optional("weights")?.objectValue ?? [:] {
            guard let feature = ChoiceFeatures.Name(rawValue: key), let weight = value.doubleValue, weight.isFinite
            else {
                let known = ChoiceFeatures.Name.allCases.map(\.rawValue).joined(separator: ", ")
                throw FieldError(
                    path: "\(path).\(key)", reason: .unknown,
                    message: "\(path).\(key) must be a number, under one of the names \(known)")
            }
            weights[feature] = weight
        }
        try rule.finish()
        return Rule(bias: bias, weights: weights, threshold: threshold)
    }

    /// Reads what `kinglet calibrate` wrote.
    /// - Throws: `PoolError` with the path.
    public static func load(path: String) throws(PoolError) -> ChoiceModel {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PoolError(.unreadable, source: path, "cannot be read")
        }
        do {
            return try ChoiceModel(json: JSONValue(parsing: data))
        } catch {
            throw PoolError(.wrongShape, source: path, "\(error)")
        }
    }
}
