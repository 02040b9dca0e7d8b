import FunctionCalling
import Inference
import Service
import Tokenization

/// What doors to chats are made of.
struct ChatParts: Sendable {
    let answering: ChatAnswering
    let metrics: ServerMetrics
    let facts: APIDocument.Facts
    var generator: any Generator { answering.pipeline.generator }

    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    init(_ parts: RunningServer.Parts) throws(ChatTemplateError) {
        answering = try ChatAnswering(pipeline: parts.pipeline)
        (metrics, facts) = (parts.metrics, parts.facts)
    }
}

/// A door whose requests are chats in another form.
protocol ChatDoor: Door {
    var parts: ChatParts { get }

    init(parts: ChatParts)
}

extension ChatDoor {
    var facts: APIDocument.Facts { parts.facts }

    /// - Throws: `ChatTemplateError` for a model without a chat template that is known here.
    init(_ parts: RunningServer.Parts) throws(ChatTemplateError) { self.init(parts: try ChatParts(parts)) }
}
