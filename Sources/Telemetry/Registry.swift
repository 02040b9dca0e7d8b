import Synchronization

/// All metrics of a process, by name, in order of registration.
public final class Registry: Sendable {
    /// The types of metrics that the text names.
    package enum Kind: String, Sendable { case counter, gauge, histogram }

    /// A name, its text and what it holds.
    package struct Entry: Sendable {
        package var name: String
        package let help: String
        package let kind: Kind
        package var labels: [String]
        package var children: @Sendable () -> [(values: [String], samples: [Sample])]

        func adding(_ added: [(name: String, value: String)]) -> Entry {
            let values = added.map(\.value), children = children
            var entry = self
            entry.labels = added.map(\.name) + labels
            entry.children = { children().map { (values + $0.values, $0.samples) } }
            return entry
        }
    }

    private let entries = Mutex<[Entry]>([])

    /// Without any metric.
    public init() {}

    /// - Parameter name: `[a-zA-Z_:][a-zA-Z0-9_:]*`, ending in `_total`.
    public func counter(_ name: String, help: String) -> Counter {
        single(name, help, .counter, Counter())
    }

    /// - Parameter limit: label combinations kept apart.
    public func counter(_ name: String, help: String, labels: [String], limit: Int = 1024) -> Family<Counter> {
        family(name, help, .counter, labels, limit) { Counter() }
    }

    /// A new gauge under this name.
    public func gauge(_ name: String, help: String) -> Gauge { single(name, help, .gauge, Gauge()) }

    /// A new gauge for each combination of label values, up to the limit.
    public func gauge(_ name: String, help: String, labels: [String], limit: Int = 1024) -> Family<Gauge> {
        family(name, help, .gauge, labels, limit) { Gauge() }
    }

    /// A gauge that is read when it is scraped.
    public func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        add(Entry(name: name, help: help, kind: .gauge, labels: []) { [([], [Sample(suffix: "", value: read())])] })
    }

    /// A gauge that is always 1: what it tells are its labels.
    public func info(_ name: String, help: String, labels: [(name: String, value: String)]) {
        let values = labels.map(\.value)
        add(
            Entry(name: name, help: help, kind: .gauge, labels: labels.map(\.name)) {
                [(values, [Sample(suffix: "", value: 1)])]
            })
    }

    /// A gauge with one label that is read when it is scraped: label values and numbers, in order.
    public func gauge(
        _ name: String, help: String, label: String, read: @escaping @Sendable () -> [(String, Double)]
    ) {
        add(
            Entry(name: name, help: help, kind: .gauge, labels: [label]) {
                read().map { ([$0.0], [Sample(suffix: "", value: $0.1)]) }
            })
    }

    /// A counter that is kept elsewhere and read when it is scraped.
    public func counter(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        add(Entry(name: name, help: help, kind: .counter, labels: []) { [([], [Sample(suffix: "", value: read())])] })
    }

    /// A new histogram; bounds in seconds unless said otherwise.
    public func histogram(_ name: String, help: String, bounds: [Double] = Histogram.seconds) -> Histogram {
        single(name, help, .histogram, Histogram(bounds: bounds))
    }

    /// A new histogram for each combination of label values, up to the limit.
    public func histogram(
        _ name: String, help: String, labels: [String], bounds: [Double] = Histogram.seconds, limit: Int = 1024
    ) -> Family<Histogram> {
        family(name, help, .histogram, labels, limit) { Histogram(bounds: bounds) }
    }

    /// The same values under a further name, with more labels in front of their own.
    ///
    /// - Parameters:
    ///   - original: the name of a metric that was registered before; without it there is no alias.
    ///   - renaming: its labels by what they are called here.
    public func alias(
        _ name: String, of original: String, labels: [(name: String, value: String)] = [],
        renaming: [String: String] = [:]
    ) {
        guard let entry = entries.withLock({ $0.first { $0.name == original } }) else {
            return assertionFailure("no metric is named \(original)")
        }
        var alias = entry
        alias.name = name
        alias.labels = entry.labels.map { renaming[$0] ?? $0 }
        add(alias.adding(labels))
    }

    /// Puts labels in front of those that some metrics have.
    public func label(_ names: [String], with labels: [(name: String, value: String)]) {
        entries.withLock { entries in
            for index in entries.indices where names.contains(entries[index].name) {
                entries[index] = entries[index].adding(labels)
            }
        }
    }

    /// Metrics in the order in which they were registered.
    package var all: [Entry] { entries.withLock { $0 } }

    /// Registers a metric without labels.
    private func single<Child: Metric>(_ name: String, _ help: String, _ kind: Kind, _ metric: Child) -> Child {
        add(Entry(name: name, help: help, kind: kind, labels: []) { [([], metric.samples())] })
        return metric
    }

    /// Registers a metric with labels.
    private func family<Child: Metric>(
        _ name: String, _ help: String, _ kind: Kind, _ labels: [String], _ limit: Int,
        _ make: @escaping @Sendable () -> Child
    ) -> Family<Child> {
        let family = Family(labels: labels, limit: limit, make: make)
        add(Entry(name: name, help: help, kind: kind, labels: labels) { family.children() })
        return family
    }

    /// Appends, after a check that name and labels are as Prometheus takes them and not there yet.
    private func add(_ entry: Entry) {
        precondition(Self.isName(entry.name, colons: true), "metric name \"\(entry.name)\" is malformed")
        precondition(
            entry.kind != .counter || entry.name.hasSuffix("_total"),
            "counter \"\(entry.name)\" lacks _total at its end")
        for label in entry.labels {
            precondition(
                Self.isName(label, colons: false) && label != "le" && !label.hasPrefix("__"),
                "label name \"\(label)\" of \(entry.name) is malformed or reserved")
        }
        let isNew = entries.withLock { entries in
            guard !entries.contains(where: { $0.name == entry.name }) else { return false }
            entries.append(entry)
            return true
        }
        precondition(isNew, "metric \(entry.name) is registered twice")
    }

    /// Letters, digits and underscores, no digit first; colons only in names of metrics.
    private static func isName(_ name: String, colons: Bool) -> Bool {
        guard let first = name.utf8.first, !(first &- 0x30 < 10) else { return false }
        return name.utf8.allSatisfy { byte in
            (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == UInt8(ascii: "_")
                || colons && byte == UInt8(ascii: ":")
        }
    }
}
