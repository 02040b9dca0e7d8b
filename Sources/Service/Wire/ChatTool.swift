import Documents
import FunctionCalling
import Functions
import OrderedCollections

/// A function that the client offers.
package struct ChatTool: Hashable, Sendable {
    package let definition: FunctionDefinition
    /// The function's name.
    package var name: String { definition.name }
}

/// What `tool_choice` asks for.
package enum ToolChoice: Hashable, Sendable {
    /// Text only.
    case none
    /// The model decides between text and calls.
    case auto
    /// At least one call.
    case required
    /// Exactly one call, of this function.
    case named(String)
}

extension ChatTool {
    package static let most = 128

    /// Where a function's members stand: in an object of their own, as in chats, or beside its type, as in responses.
    package enum Form {
        case nested, flat
        /// Beside a type that need not be there, the schema as `input_schema`; choices are objects. As in messages.
        case bare
    }

    /// `tools` and `tool_choice`; tools that `allowed_tools` leaves out are left out here.
    package static func read(
        _ fields: inout FieldReader, _ form: Form = .nested
    ) throws(FieldError) -> (tools: [ChatTool], choice: ToolChoice) {
        var tools: [ChatTool] = []
        let readers = try fields.objects("tools")
        guard readers.count <= most else {
            throw FieldError(path: "tools", reason: .outOfRange, message: "tools must have at most \(most) elements")
        }
        for var reader in readers {
            let tool = try ChatTool(&reader, form)
            guard !tools.contains(where: { $0.name == tool.name }) else {
                let path = reader.path(of: form == .nested ? "function.name" : "name")
                throw FieldError(
                    path: path, reason: .outOfRange,
                    message: "\(path) \"\(tool.name)\" stands twice; names must differ")
            }
            tools.append(tool)
        }
        let choice = try choice(&fields, &tools, form)
        return (tools, choice)
    }

    /// One tool, in OpenAI's form.
    private init(_ fields: inout FieldReader, _ form: Form) throws(FieldError) {
        let known = form == .bare ? "custom" : "function"
        let type = form == .bare ? try fields.optionalString("type") ?? known : try fields.string("type")
        guard type == known else {
            throw FieldError(
                path: fields.path(of: "type"), reason: .outOfRange,
                message: "\(fields.path(of: "type")) must be \"\(known)\", not \"\(type)\": no tool runs on this server"
            )
        }
        var function = form == .nested ? try fields.object("function") : fields
        let name = try function.string("name")
        try Self.check(name, function.path(of: "name"))
        let description = try function.optionalString("description")
        let parameters =
            form == .bare
            ? try function.required("input_schema") : function.optional("parameters") ?? FunctionDefinition.noParameters
        let path = function.path(of: form == .bare ? "input_schema" : "parameters")
        guard var members = parameters.objectValue else {
            throw FieldError(
                path: path, reason: .wrongType, message: "\(path) must be a JSON Schema, not \(parameters.typeName)")
        }
        if members["type"] == nil { members["type"] = "object" }
        guard members["type"] == "object" else {
            throw FieldError(
                path: path, reason: .outOfRange, message: "\(path) must be a JSON Schema of type \"object\"")
        }
        if members.count == 1 { members["properties"] = [:] }
        definition = FunctionDefinition(
            name: name, description: description ?? "", parameters: .object(members))
    }

    /// Refuses a name that no function can have.
    private static func check(_ name: String, _ path: String) throws(FieldError) {
        let isName =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "_-.".utf8.contains(byte)
            }
        guard !isName else { return }
        throw FieldError(
            path: path, reason: .outOfRange, message: "\(path) must have 1 to 64 of the characters A-Z a-z 0-9 _ - .")
    }

    private static let words: [String: ToolChoice] = ["none": .none, "auto": .auto, "required": .required]

    /// `tool_choice` as a choice among the tools.
    private static func choice(
        _ fields: inout FieldReader, _ tools: inout [ChatTool], _ form: Form
    ) throws(FieldError) -> ToolChoice {
        guard let value = fields.optional("tool_choice") else { return tools.isEmpty ? .none : .auto }
        let choice: ToolChoice
        if form == .bare {
            choice = try bareChoice(value)
        } else if let word = value.stringValue {
            guard let known = words[word] else {
                throw FieldError(
                    path: "tool_choice", reason: .outOfRange,
                    message: "tool_choice must be none, auto, required or name a function")
            }
            choice = known
        } else {
            var object = try FieldReader(value, path: "tool_choice")
            switch try object.string("type") {
            case "function": choice = .named(try functionName(&object, form))
            case "allowed_tools": choice = try allowed(&object, &tools, form)
            default:
                throw FieldError(
                    path: "tool_choice.type", reason: .outOfRange,
                    message: "tool_choice.type must be \"function\" or \"allowed_tools\"")
            }
        }
        if case .named(let name) = choice {
            guard let tool = tools.first(where: { $0.name == name }) else {
                let path = form == .nested ? "tool_choice.function.name" : "tool_choice.name"
                throw FieldError(
                    path: path, reason: .outOfRange,
                    message: "tool_choice names \"\(name)\", which is none of the tools")
            }
            tools = [tool]
        }
        guard !tools.isEmpty || choice == .none || choice == .auto else {
            throw FieldError(
                path: "tool_choice", reason: .outOfRange, message: "tool_choice asks for a call, but there are no tools"
            )
        }
        return tools.isEmpty ? .none : choice
    }

    /// `{"type": "auto"}`, `any`, `none`, or `tool` with a name.
    private static func bareChoice(_ value: JSONValue) throws(FieldError) -> ToolChoice {
        var object = try FieldReader(value, path: "tool_choice")
        switch try object.string("type") {
        case "auto": return .auto
        case "any": return .required
        case "none": return .none
        case "tool": return .named(try object.string("name"))
        default:
            throw FieldError(
                path: "tool_choice.type", reason: .outOfRange,
                message: "tool_choice.type must be auto, any, tool or none")
        }
    }

    /// The name in `{"type": "function", "function": {"name": …}}`, or in `{"type": "function", "name": …}`.
    private static func functionName(_ object: inout FieldReader, _ form: Form) throws(FieldError) -> String {
        let type = try object.string("type"), path = object.path(of: "type")
        guard type == "function" else {
            throw FieldError(path: path, reason: .outOfRange, message: "\(path) must be \"function\"")
        }
        guard form == .nested else { return try object.string("name") }
        var function = try object.object("function")
        return try function.string("name")
    }

    /// `{"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [{"type": "function", "function": {"name": …}}]}}`;
    /// flat, mode and tools stand beside the type.
    private static func allowed(
        _ object: inout FieldReader, _ tools: inout [ChatTool], _ form: Form
    ) throws(FieldError) -> ToolChoice {
        var allowed = form == .nested ? try object.object("allowed_tools") : object
        var names: Set<String> = []
        _ = try allowed.required("tools")
        for var tool in try allowed.objects("tools") { names.insert(try functionName(&tool, form)) }
        tools.removeAll { !names.contains($0.name) }
        let word = try allowed.string("mode"), path = allowed.path(of: "mode")
        guard word == "auto" || word == "required" else {
            throw FieldError(path: path, reason: .outOfRange, message: "\(path) must be auto or required")
        }
        return word == "auto" ? .auto : .required
    }
}
