import Assembly
import Configuration
import Inference
import Service

/// Loading times: from a file to an engine that can answer, first with the file's pages in whatever state, then again.
struct LoadSection {
    let settings: Settings

    /// - Parameter load: makes the model anew at each call.
    /// - Returns: the last model made.
    func run(_ report: BenchmarkReport, load: () async throws -> PackedModel) async throws -> PackedModel {
        report.begin(
            Table(
                "load", "Load: seconds since the start",
                [
                    .text("run", "run", width: 6), .number("open_seconds", "file open", digits: 2, width: 10),
                    .number("packed_seconds", "packed", digits: 2), .number("ready_seconds", "ready", digits: 2),
                    .number("weights_mib", "weights MiB", width: 11),
                    .number("resident_mib", "resident MiB", width: 12),
                ]))
        try await once("first", report, load: load)
        return try await once("again", report, load: load)
    }

    /// Opens the file, packs and starts once.
    @discardableResult
    private func once(
        _ name: String, _ report: BenchmarkReport, load: () async throws -> PackedModel
    ) async throws -> PackedModel {
        let model = try await load()
        let ready = try LoadedModel(model, settings.engine)
        report.add([
            .text(name), .number(model.openSeconds), .number(model.seconds), .number(ready.seconds),
            .integer(ready.weightBytes >> 20), Machine.residentMebibytes.map { .integer($0) } ?? nil,
        ])
        ready.engine.stop()
        return model
    }
}
