import Charts
import Documents

extension VariantReport {
    /// Those for which something was measured.
    package var tables: [ModelCard.Table] {
        var tables: [ModelCard.Table] = []
        if has(.size) { tables.append(shapes) }
        if has(.calls) { tables.append(answers) }
        if has(.serving) { tables += [memory, rates, ratios] }
        return tables
    }

    private var base: VariantFigures? { variants.first }

    /// Table 8: shapes, numbers and one-shot perplexity.
    private var shapes: ModelCard.Table {
        ModelCard.Table(
            title: "Shape and perplexity", member: "shapes",
            columns: [
                "variant", "format", "layers", "hidden/intermediate", "parameters, M", "GFLOPs", "file, MB",
                "perplexity",
                "change",
            ],
            rows: variants.map { variant in
                let shape = [variant.size("hidden_size"), variant.size("intermediate_size")].compactMap { $0 }
                let change: JSONValue =
                    if let one = variant.perplexity, let other = base?.perplexity, other > 0 {
                        .string(Self.signed(100 * (one / other - 1), 2) + " %")
                    } else { .null }
                return [
                    .string(variant.name), .string(variant.format), Self.integer(variant.size("layers")),
                    shape.count == 2 ? .string("\(shape[0])/\(shape[1])") : .null,
                    Self.number(variant.size("parameters").map { Double($0) / 1e6 }, 1),
                    Self.number(variant.gigaflops, 2), Self.number(variant.size("bytes").map { Double($0) / 1e6 }, 1),
                    Self.number(variant.perplexity, 3), change,
                ]
            })
    }

    /// Tables 2 and 10: what is right.
    private var answers: ModelCard.Table {
        ModelCard.Table(
            title: "Calls that are right, %", member: "answers",
            columns: ["variant", "samples", "exact calls", "points", "function"],
            rows: variants.map { variant in
                let exact = variant.calls("exact").map(Self.percent), first = base?.calls("exact").map(Self.percent)
                let points: JSONValue =
                    if let exact, let first { .string(Self.signed(exact - first, 2)) } else { .null }
                return [
                    .string(variant.name), Self.integer(variant.calls("exact")?.all), Self.number(exact, 2), points,
                    Self.number(variant.calls("function").map(Self.percent), 2),
                ]
            })
    }

    private var memory: ModelCard.Table {
        ModelCard.Table(
            title: "Loading and memory", member: "memory",
            columns: ["variant", "load, s", "weights, MiB", "resident, MiB", "at most, MiB"],
            rows: variants.map { variant in
                [
                    .string(variant.name), Self.number(variant.serving("load_seconds"), 2),
                    Self.number(variant.serving("weights_mib"), 0), Self.number(variant.serving("resident_mib"), 0),
                    Self.number(variant.serving("peak_mib"), 0),
                ]
            })
    }

    /// Table 4.
    private var rates: ModelCard.Table {
        ModelCard.Table(
            title: "QPS by number of clients", member: "qps", columns: ["variant"] + clients.map { "cc \($0)" },
            rows: variants.map { variant in
                [.string(variant.name)] + clients.map { Self.number(variant.point($0)?.rate, 2) }
            })
    }

    /// Figure 5.
    private var ratios: ModelCard.Table {
        ModelCard.Table(
            title: "RT beside \(base?.name ?? "the first"), by number of clients", member: "rt_ratio",
            columns: ["variant"] + clients.map { "cc \($0)" },
            rows: variants.map { variant in
                [.string(variant.name)]
                    + clients.map { clients in
                        Self.number(base.flatMap { variant.timeRatio(clients, to: $0) }, 3)
                    }
            })
    }

    static func percent(_ share: (right: Int, all: Int)) -> Double { 100 * Double(share.right) / Double(share.all) }

    /// With its sign.
    static func signed(_ value: Double, _ digits: Int) -> String {
        let text = Decimals.fixed(value, digits)
        return value > 0 ? "+" + text : text
    }

    private static func integer(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }

    private static func number(_ value: Double?, _ digits: Int) -> JSONValue {
        value.flatMap { $0.isFinite ? .string(Decimals.fixed($0, digits)) : nil } ?? .null
    }
}
