import Digests
import Documents
import OrderedCollections
import HTTPClient

/// Workloads and their shares of the requests.
public struct WorkloadMix: Sendable {
    public struct Part: Sendable {
        public var workload: Workload
        /// Its share of the requests is its weight over the sum of all.
        public var weight: Double

        public init(workload: Workload, weight: Double) { (self.workload, self.weight) = (workload, weight) }
    }

    public private(set) var parts: [Part]
    public let seed: UInt64

    /// One workload alone.
    public init(_ workload: Workload) {
        (parts, seed) = ([Part(workload: workload, weight: 1)], workload.seed)
    }

    /// - Throws: `.setting` unless there are parts and all weights are above 0.
    public init(_ parts: [Part], seed: UInt64) throws(LoadError) {
        guard !parts.isEmpty, parts.allSatisfy({ $0.weight > 0 && $0.weight.isFinite }) else {
            throw .setting(name: "workload", remedy: "needs names with weights above 0, as in functioncall=3,chat=1")
        }
        (self.parts, self.seed) = (parts, seed)
    }

    /// `functioncall=3,chat=1`; a name alone has the weight 1.
    public static func weights(_ text: String) throws(LoadError) -> [(name: String, weight: Double)] {
        var weights: [(name: String, weight: Double)] = []
        for part in text.split(separator: ",") {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
            let weight = sides.count == 2 ? Double(sides[1]) : sides.count == 1 ? 1 : nil
            guard let weight, weight > 0, weight.isFinite, !sides[0].isEmpty else {
                throw .setting(
                    name: "workload", remedy: "\"\(part.prefix(60))\" is not of the form name or name=weight")
            }
            guard !weights.contains(where: { $0.name == sides[0] }) else {
                throw .setting(name: "workload", remedy: "\(sides[0]) is named twice")
            }
            weights.append((sides[0], weight))
        }
        guard !weights.isEmpty else { throw .setting(name: "workload", remedy: "names no workload") }
        return weights
    }

    public var name: String { parts.map(\.workload.name).joined(separator: "+") }
    public var streams: Bool { parts.contains(where: \.workload.streams) }

    /// Which part request `number` is of; a function of the seed and the number alone.
    package func part(of number: Int) -> Int {
        guard parts.count > 1 else { return 0 }
        var random = SplitMix64(seed ^ (UInt64(number) &+ 0x5851_F42D) &* 0x9E37_79B9_7F4A_7C15)
        let total = parts.reduce(0) { $0 + $1.weight }
        var left = Double(random.next() >> 11) / Double(1 << 53) * total
        for (index, part) in parts.enumerated() {
            left -= part.weight
            if left < 0 { return index }
        }
        return parts.count - 1
    }

    /// Settings for the report.
    public var json: JSONValue {
        .array(
            parts.map { part in
                var members = part.workload.json.objectValue ?? [:]
                members["weight"] = .number(part.weight)
                return .object(members)
            })
    }
}

/// All requests of a mix, each made from its number.
struct RequestMaker: Sendable {
    private let mix: WorkloadMix
    private let bodies: [RequestBodies]
    private let templates: [RequestTemplate]

    init(_ plan: LoadPlan) {
        mix = plan.mix
        bodies = plan.mix.parts.map { RequestBodies($0.workload) }
        templates = plan.mix.parts.map { part in
            RequestTemplate(
                plan.endpoint, method: part.workload.method, route: part.workload.route, apiKey: plan.wire.apiKey)
        }
    }

    func request(_ number: Int) -> PreparedRequest {
        let part = mix.part(of: number)
        return PreparedRequest(template: templates[part], body: bodies[part].body(number), part: part)
    }
}
