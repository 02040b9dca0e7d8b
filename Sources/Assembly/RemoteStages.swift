import Configuration
import Documents
import Evaluation
import Foundation
import Grammar
import Inference

/// The stages that run on another server.
public struct RemoteStages: Sendable {
    private let model: RemoteModel?
    private let stages: Set<Settings.Remote.Stage>

    /// None.
    public init() { (model, stages) = (nil, []) }

    /// - Parameter environment: where the server's key is.
    public init(_ settings: Settings.Remote, environment: [String: String]) {
        guard !settings.stages.isEmpty, let url = URL(string: settings.url) else {
            (model, stages) = (nil, [])
            return
        }
        var endpoint = RemoteEndpoint(url: url, model: settings.model)
        endpoint.key = environment[settings.keyVariable]
        endpoint.constrains = settings.constrains
        endpoint.timeout = settings.timeout
        endpoint.attempts = settings.attempts
        stages = Set(settings.stages)
        model = Self.model(endpoint)
    }

    /// A model elsewhere, whose answers are validated here.
    static func model(_ endpoint: RemoteEndpoint) -> RemoteModel {
        RemoteModel(endpoint) { value, schema in
            do throws(SchemaValidator.Violation) {
                try SchemaValidator(schema).validate(value)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    /// nil: the stage runs here.
    public subscript(stage: Settings.Remote.Stage) -> (any StageModel)? { stages.contains(stage) ? model : nil }
}
