import Documents
import OrderedCollections
import Retrieval

/// How large a pool may be; all counts of one pool.
public struct PoolLimits: Sendable, Hashable {
    public var functions = 50_000
    public var nameBytes = 128
    public var descriptionBytes = 4_096
    /// JSON text of one function.
    public var functionBytes = 64 << 10
    /// How deeply a function's schema may nest.
    public var schemaDepth = 24
    public var examples = 200
    public var exampleBytes = 1_000

    public init() {}
}

/// The functions that one assistant can call, and how it is prompted.
public struct FunctionPool: Sendable, Hashable {
    public let name: String
    public private(set) var functions: [FunctionDefinition]
    public let prompt: PromptStyle
    private var positions: [String: Int]

    /// - Throws: `PoolError` for a name that is malformed, reserved or stands twice, or for a limit that is passed.
    public init(
        name: String, functions: [FunctionDefinition], prompt: PromptStyle = PromptStyle(), limits: PoolLimits = .init()
    ) throws(PoolError) {
        guard Self.isName(name, limit: limits.nameBytes) else {
            throw PoolError(.badName, "a pool's name must have 1 to \(limits.nameBytes) of A-Z a-z 0-9 _ - .")
        }
        guard functions.count <= limits.functions else {
            throw PoolError(
                .tooLarge, pointer: "/functions", "\(functions.count) functions; at most \(limits.functions)")
        }
        var positions: [String: Int] = [:]
        for (index, function) in functions.enumerated() {
            do throws(PoolError) {
                try FunctionCheck.check(function, limits)
                guard positions.updateValue(index, forKey: function.name) == nil else {
                    throw PoolError(.duplicateName, pointer: "/name", "the name stands twice; rename one of them")
                }
            } catch {
                throw error.below("/functions/\(index)", function: function.name)
            }
        }
        (self.name, self.functions, self.prompt, self.positions) = (name, functions, prompt, positions)
    }

    /// Puts a function in the place of the one with its name, or at the end; looks at no other function.
    ///
    /// - Returns: whether it is new.
    /// - Throws: `PoolError` for a function that is malformed, or a pool that is full.
    @discardableResult
    public mutating func put(_ function: FunctionDefinition, limits: PoolLimits = .init()) throws(PoolError) -> Bool {
        try function.check(limits)
        if let position = positions[function.name] {
            functions[position] = function
            return false
        }
        guard functions.count < limits.functions else {
            throw PoolError(
                .full, function: function.name,
                "the pool \(name) has \(limits.functions) functions, as many as it may; remove others first")
        }
        positions[function.name] = functions.count
        functions.append(function)
        return true
    }

    /// - Returns: whether there was one of the name.
    @discardableResult
    public mutating func remove(_ name: String) -> Bool {
        guard let position = positions.removeValue(forKey: name) else { return false }
        functions.remove(at: position)
        for index in position..<functions.count { positions[functions[index].name] = index }
        return true
    }

    public subscript(name: String) -> FunctionDefinition? { position(of: name).map { functions[$0] } }

    public func position(of name: String) -> Int? { positions[name] }

    /// The body of `GET /v1/pools/{pool}`.
    public var json: JSONValue {
        var members: JSONObject = ["functions": .array(functions.map(\.json))]
        if prompt != PromptStyle() { members["prompt"] = prompt.json }
        return .object(members)
    }

    public var documents: [FunctionDocument] { functions.map(\.document) }

    /// Letters, digits, `_`, `-`, `.` of ASCII.
    public static func isName(_ text: String, limit: Int = 128) -> Bool {
        (1...limit).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x61...0x7A, 0x41...0x5A, 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

extension FunctionDefinition {
    /// - Throws: `PoolError` for what no pool takes; pointers start at the function.
    public func check(_ limits: PoolLimits = .init()) throws(PoolError) {
        do throws(PoolError) {
            try FunctionCheck.check(self, limits)
        } catch {
            throw error.below("", function: name)
        }
    }
}

/// Checks one function apart from its neighbours; pointers start at the function.
enum FunctionCheck {
    static func check(_ function: FunctionDefinition, _ limits: PoolLimits) throws(PoolError) {
        guard FunctionPool.isName(function.name, limit: limits.nameBytes) else {
            throw PoolError(
                .badName, pointer: "/name", "a function's name must have 1 to \(limits.nameBytes) of A-Z a-z 0-9 _ - .")
        }
        guard !Outcome.reservedNames.contains(function.name) else {
            throw PoolError(.reservedName, pointer: "/name", "the name is kept for an outcome; choose another")
        }
        guard function.description.utf8.count <= limits.descriptionBytes else {
            throw PoolError(.tooLarge, pointer: "/description", "longer than \(limits.descriptionBytes) bytes")
        }
        guard function.examples.count <= limits.examples else {
            throw PoolError(.tooLarge, pointer: "/examples", "more than \(limits.examples) examples")
        }
        for (index, example) in function.examples.enumerated() where example.utf8.count > limits.exampleBytes {
            throw PoolError(.tooLarge, pointer: "/examples/\(index)", "longer than \(limits.exampleBytes) bytes")
        }
        try schema(function.parameters, limits)
        guard function.parameters.utf8().count <= limits.functionBytes else {
            throw PoolError(.tooLarge, pointer: "/parameters", "longer than \(limits.functionBytes) bytes of JSON")
        }
    }

    /// The outer shape only: what the keywords mean, and whether they can be enforced, the grammar decides.
    private static func schema(_ schema: JSONValue, _ limits: PoolLimits) throws(PoolError) {
        guard let members = schema.objectValue, members["type"] == "object" else {
            throw PoolError(.badSchema, pointer: "/parameters", "must be a JSON Schema with \"type\": \"object\"")
        }
        if let properties = members["properties"], properties.objectValue == nil {
            throw PoolError(.badSchema, pointer: "/parameters/properties", "must be an object of schemas")
        }
        for (name, property) in members["properties"]?.objectValue ?? [:] {
            guard property.objectValue != nil || property.boolValue != nil else {
                throw PoolError(
                    .badSchema, pointer: "/parameters/properties/\(JSONPointer.token(name))", "must be a schema")
            }
        }
        if let required = members["required"] {
            guard let names = required.arrayValue, names.allSatisfy({ $0.stringValue != nil }) else {
                throw PoolError(.badSchema, pointer: "/parameters/required", "must be an array of names")
            }
        }
        try depth(schema, limits.schemaDepth, "/parameters")
    }

    private static func depth(_ value: JSONValue, _ left: Int, _ pointer: String) throws(PoolError) {
        guard left > 0 else { throw PoolError(.badSchema, pointer: pointer, "nested too deeply") }
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() { try depth(element, left - 1, "\(pointer)/\(index)") }
        case .object(let members):
            for (name, member) in members { try depth(member, left - 1, "\(pointer)/\(JSONPointer.token(name))") }
        default: break
        }
    }
}
