import Documents
import OrderedCollections

/// How a pool's functions are put to the model.
public struct PromptStyle: Sendable, Hashable {
    public enum Form: String, Sendable, CaseIterable {
        /// Query, context and candidates only (the paper's App. C): the shortest prompt.
        case compressed
        /// With guidelines for choosing and filling in.
        case full
    }

    public var form: Form
    /// First sentence of the prompt: whose assistant this is, what it does.
    public var role: String
    /// Sentences that the full form adds.
    public var guidelines: [String]

    public static let defaultRole = "Choose the one function that carries out the user's request."

    public init(form: Form = .compressed, role: String = Self.defaultRole, guidelines: [String] = []) {
        (self.form, self.role, self.guidelines) = (form, role, guidelines)
    }

    /// From a pool's `prompt`; pointers start at the document.
    package init(json: JSONValue) throws(PoolError) {
        self.init()
        guard let members = json.objectValue else {
            throw PoolError(.wrongShape, pointer: "/prompt", "must be an object, not \(json.typeName)")
        }
        for (name, value) in members {
            switch name {
            case "style":
                guard let form = value.stringValue.flatMap(Form.init) else {
                    let known = Form.allCases.map(\.rawValue).joined(separator: ", ")
                    throw PoolError(.wrongShape, pointer: "/prompt/style", "must be one of \(known)")
                }
                self.form = form
            case "role":
                guard let text = value.stringValue, text.utf8.count <= 2_000 else {
                    throw PoolError(.wrongShape, pointer: "/prompt/role", "must be a string of at most 2000 bytes")
                }
                role = text
            case "guidelines":
                guard let list = value.arrayValue, list.count <= 50 else {
                    throw PoolError(
                        .wrongShape, pointer: "/prompt/guidelines", "must be an array of at most 50 strings")
                }
                guidelines = []
                for (index, line) in list.enumerated() {
                    guard let text = line.stringValue, text.utf8.count <= 1_000 else {
                        throw PoolError(
                            .wrongShape, pointer: "/prompt/guidelines/\(index)",
                            "must be a string of at most 1000 bytes")
                    }
                    guidelines.append(text)
                }
            default:
                throw PoolError(
                    .wrongShape, pointer: "/prompt/\(JSONPointer.token(name))",
                    "unknown here; known: style, role, guidelines")
            }
        }
    }

    public var json: JSONValue {
        var members: JSONObject = ["style": .string(form.rawValue), "role": .string(role)]
        if !guidelines.isEmpty { members["guidelines"] = .array(guidelines.map { .string($0) }) }
        return .object(members)
    }
}
