import Documents
import OrderedCollections

/// What was measured of a variant, by the steps that measured it. What was not is nil.
public struct VariantFigures: Sendable, Hashable {
    /// Something that is measured of a variant.
    public enum Step: String, Sendable, CaseIterable {
        /// Sizes, from the file alone.
        case size
        /// On windows of a text.
        case perplexity
        /// Calls of a data set through the pipeline.
        case calls
        /// Loading, memory, and a load test.
        case serving
    }

    /// A number of clients and what they got.
    package struct Point: Sendable, Hashable {
        package let clients: Int
        /// Requests a second, and milliseconds from a request to its answer, on average.
        package let rate: Double, time: Double?
        package let errors: Int
    }

    package let name: String
    /// As the command has it, and what the engine makes of it.
    package let model: String, format: String
    private var steps: [Step: JSONValue] = [:]

    public init(_ variant: Variant, format: String) {
        (name, model, self.format) = (variant.name, variant.model, format)
    }

    public subscript(step: Step) -> JSONValue? {
        get { steps[step] }
        set { steps[step] = newValue }
    }

    package func size(_ key: String) -> Int? { steps[.size]?[key]?.intValue }
    /// Operations of a prompt, in 10⁹.
    package var gigaflops: Double? { steps[.size]?["gflops"]?.doubleValue }
    package var perplexity: Double? { steps[.perplexity]?["value"]?.doubleValue }
    package func serving(_ key: String) -> Double? { steps[.serving]?[key]?.doubleValue }

    /// So many calls of so many, for `exact` and `function`.
    package func calls(_ key: String) -> (right: Int, all: Int)? {
        guard let right = steps[.calls]?[key]?.intValue, let all = steps[.calls]?["samples"]?.intValue, all > 0 else {
            return nil
        }
        return (right, all)
    }

    package var points: [Point] {
        (steps[.serving]?["points"]?.arrayValue ?? []).compactMap { point in
            guard let clients = point["cc"]?.intValue, let rate = point["qps"]?.doubleValue else { return nil }
            return Point(
                clients: clients, rate: rate, time: point["rt_mean_ms"]?.doubleValue,
                errors: point["errors"]?.intValue ?? 0)
        }
    }

    package func point(_ clients: Int) -> Point? { points.first { $0.clients == clients } }

    /// All steps by their names, with what they come to beside another variant.
    package func json(beside base: VariantFigures?) -> JSONValue {
        var members: JSONObject = [
            "name": .string(name), "model": .string(model), "format": .string(format),
        ]
        for step in Step.allCases { members[step.rawValue] = steps[step] ?? .null }
        guard let base else { return .object(members) }
        var ratios: JSONObject = ["to": .string(base.name)]
        if let one = perplexity, let other = base.perplexity { ratios["perplexity"] = .rounded(one / other, 4) }
        if let one = calls("exact"), let other = base.calls("exact") {
            let points = 100 * (Double(one.right) / Double(one.all) - Double(other.right) / Double(other.all))
            ratios["exact_points"] = .rounded(points, 2)
        }
        ratios["points"] = .array(
            points.compactMap { point in
                guard let other = base.point(point.clients), other.rate > 0 else { return nil }
                var ratio: JSONObject = ["cc": .integer(point.clients), "qps": .rounded(point.rate / other.rate, 3)]
                ratio["rt"] = timeRatio(point.clients, to: base).map { .rounded($0, 3) }
                return .object(ratio)
            })
        members["ratio"] = .object(ratios)
        return .object(members)
    }

    /// Response time beside another variant's, at a number of clients (the paper, Fig. 5).
    package func timeRatio(_ clients: Int, to base: VariantFigures) -> Double? {
        guard let time = point(clients)?.time, let other = base.point(clients)?.time, other > 0 else { return nil }
        return time / other
    }
}
