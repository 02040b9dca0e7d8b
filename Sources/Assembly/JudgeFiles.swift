import Configuration
import Documents
import Foundation
import FunctionCalling
import Inference
import Judging
import ModelFiles

/// The judges of the settings: a file each in `judging.folder`, and `local`.
public struct JudgeFiles: Sendable {
    /// In alphabetical order of their names.
    public let definitions: [JudgeDefinition]
    private let settings: Settings
    private let environment: [String: String]

    /// - Parameter environment: where keys of remote servers are.
    /// - Throws: `DocumentError` for a file that is none, or a name that stands twice.
    public init(_ settings: Settings, environment: [String: String] = [:]) throws(DocumentError) {
        (self.settings, self.environment) = (settings, environment)
        var known: Set<String> = [], read: [JudgeDefinition] = []
        for path in try InputFile.documents(in: settings.resolve(settings.judging.folder)) {
            let definition = try JudgeDefinition.load(path: path)
            guard known.insert(definition.name).inserted else {
                throw DocumentError(path: path, reason: "another file is the judge \(definition.name) too; rename one")
            }
            read.append(definition)
        }
        definitions = read
    }

    /// All of them for a server or a run that has a model.
    ///
    /// - Parameters:
    ///   - local: who is `local` where no file has that name; nil: nobody can ask it here.
    ///   - model: nil: judges that need it are there, and say so when they are asked.
    public func book(local: Judge?, model: LoadedModel?) throws(DocumentError) -> JudgeBook {
        var entries: [String: JudgeBook.Entry] = [:]
        entries[JudgeBook.local] = local.map { .ready($0) } ?? .unavailable(reason: Self.noModel)
        for definition in definitions { entries[definition.name] = entry(definition, model) }
        let book = JudgeBook(entries, standard: settings.judging.judge)
        guard entries[book.standard] != nil || local == nil else {
            throw DocumentError(
                path: "judging.judge",
                reason: "is \"\(book.standard)\"; known judges: \(book.names.joined(separator: ", "))")
        }
        return book
    }

    /// All of them beside a model, which is `local` unless `remote.stages` has another for it.
    public static func book(
        _ settings: Settings, beside model: LoadedModel, environment: [String: String]
    ) throws -> JudgeBook {
        let stage = RemoteStages(settings.remote, environment: environment)[.judge]
        let local = try stage.map { Judge(stage: $0) } ?? Judge(generator: model.engine)
        return try JudgeFiles(settings, environment: environment).book(local: local, model: model)
    }

    private static let noModel = "it asks a model, and none is loaded"

    /// A judge ready to be asked, or why it cannot be.
    private func entry(_ definition: JudgeDefinition, _ model: LoadedModel?) -> JudgeBook.Entry {
        do {
            return .ready(try judge(definition, model))
        } catch {
            return .unavailable(reason: "\(error)")
        }
    }

    private func judge(_ definition: JudgeDefinition, _ model: LoadedModel?) throws -> Judge {
        let name = definition.name
        if definition.form == .rules { return Judge(name: name, rules: definition.settings) }
        if let remote = definition.remote {
            var endpoint = RemoteEndpoint(url: remote.url, model: remote.model)
            endpoint.key = environment[remote.keyVariable]
            (endpoint.constrains, endpoint.timeout) = (remote.constrains, remote.timeout)
            endpoint.attempts = remote.attempts
            return Judge(name: name, stage: RemoteStages.model(endpoint), settings: definition.settings)
        }
        guard let model else { throw JudgeUnavailable(reason: Self.noModel) }
        if let wanted = definition.model, wanted != model.engine.modelName {
            throw JudgeUnavailable(reason: "it is for the model \(wanted); this is \(model.engine.modelName)")
        }
        guard definition.form == .token else {
            return try Judge(name: name, generator: model.engine, settings: definition.settings)
        }
        return try Judge(
            name: name, byOneTokenOf: model.engine, adapter: try adapter(definition, model),
            settings: definition.settings)
    }

    /// What the judge was taught; nil: the base model says it as it is.
    private func adapter(_ definition: JudgeDefinition, _ model: LoadedModel) throws -> ServedAdapter? {
        guard let name = definition.adapter else { return nil }
        let folder = URL(fileURLWithPath: settings.resolve(settings.judging.folder)).appendingPathComponent(name)
        let files = AdapterFolder(folder.standardizedFileURL.path)
        guard files.exists else {
            throw JudgeUnavailable(reason: "its adapter \(files.path) is not there; kinglet train judge makes it")
        }
        guard let adapter = try model.tuned?.read(try files.parts(), named: "judge \(definition.name)") else {
            throw JudgeUnavailable(reason: "this model takes no adapters")
        }
        guard adapter.layout == TaughtPrompt.layout else {
            throw JudgeUnavailable(
                reason: "its adapter was taught prompts of the form \(adapter.layout ?? "unknown"), not "
                    + "\(TaughtPrompt.layout); train it again")
        }
        return adapter
    }
}

/// Why a judge cannot be asked.
private struct JudgeUnavailable: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}

/// A judge without a server, and the model behind it if it has one.
public struct OpenedJudge: Sendable {
    public let judge: Judge
    private let model: LoadedModel?

    /// Loads a model only where the judge asks one in this process.
    ///
    /// - Parameter name: of `judging.folder`, or `local`.
    /// - Throws: `FieldError` for a judge that is not there or lacks something.
    public static func open(
        _ name: String, _ settings: Settings, environment: [String: String] = [:]
    ) async throws -> OpenedJudge {
        let files = try JudgeFiles(settings, environment: environment)
        let definition = files.definitions.first { $0.name == name }
        let remote = name == JudgeBook.local ? RemoteStages(settings.remote, environment: environment)[.judge] : nil
        let isElsewhere = definition.map { $0.form == .rules || $0.remote != nil } ?? (remote != nil)
        let isKnown = definition != nil || name == JudgeBook.local
        let model = isElsewhere || !isKnown ? nil : try await LoadedModel.load(settings)
        do {
            let local = try remote.map { Judge(stage: $0) } ?? model.map { try Judge(generator: $0.engine) }
            let judge = try files.book(local: local, model: model).judge(named: name)
            return OpenedJudge(judge: judge, model: model)
        } catch {
            model?.engine.stop()
            throw error
        }
    }

    /// Ends the engine, if there is one.
    public func stop() { model?.engine.stop() }
}
