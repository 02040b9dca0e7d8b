import Charts
import Documents
import Foundation
import OrderedCollections

/// A report as `--json` has written it, read again.
public struct SavedReport: Sendable {
    public let label: String
    public let points: [SavedPoint]
    let settings: JSONValue

    /// - Parameter name: where it is from, for errors.
    /// - Throws: `.report` unless it is a document of ours with points.
    public init(_ document: JSONValue, name: String) throws(LoadError) {
        guard document["format"]?.stringValue == "kinglet-load-1", let list = document["points"]?.arrayValue else {
            throw .report(path: name, reason: "is no report of kinglet load --json")
        }
        settings = document["settings"] ?? [:]
        points = list.compactMap(SavedPoint.init)
        guard !points.isEmpty, points.count == list.count else {
            throw .report(path: name, reason: "has points without a number of clients or a rate")
        }
        let given = settings["label"]?.stringValue ?? ""
        label = given.isEmpty ? name : given
    }

    /// - Throws: `.report` naming the file.
    public static func read(_ path: String) throws(LoadError) -> SavedReport {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .report(path: path, reason: "cannot be read")
        }
        let document: JSONValue
        do throws(JSONParseError) {
            document = try JSONValue(parsing: data)
        } catch {
            throw .report(path: path, reason: error.description)
        }
        return try SavedReport(document, name: path)
    }
}

/// One point of a saved report.
public struct SavedPoint: Sendable {
    /// `8`, `12.5/s`.
    public let name: String
    public let isOpen: Bool
    private let value: JSONValue

    /// nil without a number of clients or a rate.
    init?(_ value: JSONValue) {
        self.value = value
        if let clients = value["cc"]?.intValue {
            (name, isOpen) = (String(clients), false)
        } else if let rate = value["request_rate"]?.doubleValue, rate.isFinite {
            (name, isOpen) = ("\(Decimals.shortest(rate))/s", true)
        } else {
            return nil
        }
    }

    /// `cc 8`, `12.5/s`.
    var title: String { isOpen ? name : "cc \(name)" }
    var isSteady: Bool { value["steady_state"]?.objectValue != nil }
    var isSaturated: Bool { value["saturated"]?.boolValue == true }
    var meetsGoals: Bool? { value["meets_goals"]?.boolValue }

    /// A figure of the steady state, or of the whole point where there is none.
    func number(_ name: String) -> Double? {
        let number = (isSteady ? value["steady_state"]?[name] : value[name])?.doubleValue
        return number.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Half of a figure's 95 % interval over the runs, with the mean that it belongs to.
    func interval(_ name: String) -> (mean: Double, halfWidth: Double)? {
        guard let entry = value["interval_95"]?[name], let mean = entry["mean"]?.doubleValue,
            let half = entry["half_width"]?.doubleValue, mean.isFinite, half.isFinite
        else { return nil }
        return (mean, half)
    }

    var runs: Int { value["runs"]?.arrayValue?.count ?? 1 }

    /// Percentile and milliseconds, ascending.
    var distribution: [(percentile: Double, milliseconds: Double)] {
        (value["e2el_distribution"]?.arrayValue ?? []).compactMap { pair in
            guard let pair = pair.arrayValue, pair.count == 2, let percentile = pair[0].doubleValue,
                let time = pair[1].doubleValue, percentile.isFinite, time.isFinite
            else { return nil }
            return (percentile, time)
        }
    }

    /// Mean milliseconds by stage of the server.
    var stages: [(name: String, milliseconds: Double)] {
        ((isSteady ? value["steady_state"] : value)?["server_stages_ms"]?.objectValue ?? [:]).compactMap { name, time in
            time.doubleValue.flatMap { $0.isFinite && $0 >= 0 ? (name, $0) : nil }
        }
    }

    /// Errors of the whole point by kind.
    var errors: [(kind: String, count: Int)] {
        (value["errors_by_kind"]?.objectValue ?? [:]).compactMap { kind, count in count.intValue.map { (kind, $0) } }
    }

    var firstError: String? { value["first_error"]?.stringValue }

    /// What the server's `/metrics` said of the point.
    var serverMetrics: [(name: String, value: Double)] {
        (value["server_metrics"]?.objectValue ?? [:]).compactMap { name, value in
            value.doubleValue.flatMap { $0.isFinite ? (name, $0) : nil }
        }
    }

    var serverQueriesPerSecond: Double? { value["server"]?["qps"]?.doubleValue }
}
