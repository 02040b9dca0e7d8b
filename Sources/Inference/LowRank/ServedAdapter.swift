import Digests
import ModelFiles
import Models
import Tokenization

/// A low-rank adapter that an engine can answer with; whoever holds it keeps its weights.
public struct ServedAdapter: Sendable {
    public let name: String
    /// It acts from the last of these in a prompt on (activated LoRA, arXiv 2504.12397); nil: on the whole prompt.
    public let invocation: [TokenID]?
    private let lesson: AdapterLesson
    let weights: LoRAWeights

    /// - Parameter weights: packed for the weights of the engine that serves it.
    public init(name: String, invocation: [TokenID]? = nil, lesson: AdapterLesson = .init(), weights: LoRAWeights) {
        (self.name, self.invocation, self.lesson, self.weights) = (name, invocation, lesson, weights)
    }

    /// Of its content: requests with equal ones share keys and values.
    public var fingerprint: Fingerprint { weights.fingerprint }

    /// How the prompts were laid out that it was taught with, in the words of who writes them; nil: not known.
    public var layout: String? { lesson.layout }

    /// Whether it was taught all of these functions, or may have been.
    public func covers(_ functions: some Sequence<String>) -> Bool { lesson.covers(functions) }

    /// Whether it was taught functions that its prompts show, whichever they are; its card then names none.
    public var isForAny: Bool { lesson.isForAny }

    /// What it changes.
    public var shape: AdapterShape? { weights.shape }

    /// Bytes of its packed weights.
    public var bytes: Int { weights.bytes }

    /// The same under another name.
    public func named(_ name: String) -> ServedAdapter {
        ServedAdapter(name: name, invocation: invocation, lesson: lesson, weights: weights)
    }

    /// How it acts on a prompt; nil: the prompt has no invocation, and the base model answers alone.
    public func use(on prompt: [TokenID]) -> AdapterUse? {
        guard let invocation, !invocation.isEmpty else { return AdapterUse(self, from: 0) }
        var place = prompt.count - invocation.count
        while place >= 0 {
            if prompt[place..<place + invocation.count].elementsEqual(invocation) {
                return AdapterUse(self, from: place)
            }
            place -= 1
        }
        return nil
    }
}

/// The adapter of a request, and where in its prompt it begins to act; the answer is under it too.
public struct AdapterUse: Sendable {
    public let adapter: ServedAdapter
    /// Tokens before it have the base model's keys and values.
    public let position: Int

    public init(_ adapter: ServedAdapter, from position: Int) {
        (self.adapter, self.position) = (adapter, max(0, position))
    }
}
