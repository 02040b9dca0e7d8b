import Documents
import Foundation
import OrderedCollections

extension FunctionPool {
    /// Reads `<folder>/<name>.yaml`, `.yml` or `.json`; the pool is named for the file.
    public static func load(path: String, limits: PoolLimits = .init()) throws(PoolError) -> FunctionPool {
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        let document = try DocumentReader.read(path: path)
        do throws(PoolError) {
            return try FunctionPool(name: name, document: document, limits: limits)
        } catch {
            throw error.inSource(path)
        }
    }

    /// - Parameter source: what errors call the document.
    public static func parse(
        _ bytes: [UInt8], name: String, isYAML: Bool, source: String = "", limits: PoolLimits = .init()
    ) throws(PoolError) -> FunctionPool {
        do throws(PoolError) {
            let document = try DocumentReader.read(bytes, isYAML: isYAML)
            return try FunctionPool(name: name, document: document, limits: limits)
        } catch {
            throw error.inSource(source)
        }
    }

    /// From a file, where comments alone are a pool without functions.
    private init(name: String, document: JSONValue, limits: PoolLimits) throws(PoolError) {
        guard document.isNull else {
            try self.init(name: name, json: document, limits: limits)
            return
        }
        try self.init(name: name, functions: [], limits: limits)
    }

    /// From a pool's body: `{"functions": […], "prompt"?: {…}}`.
    public init(name: String, json: JSONValue, limits: PoolLimits = .init()) throws(PoolError) {
        guard let members = json.objectValue else {
            throw PoolError(.wrongShape, "a pool must be an object with \"functions\", not \(json.typeName)")
        }
        if let unknown = members.keys.first(where: { $0 != "functions" && $0 != "prompt" }) {
            throw PoolError(
                .wrongShape, pointer: "/\(JSONPointer.token(unknown))", "unknown here; known: functions, prompt")
        }
        guard let list = members["functions"]?.arrayValue else {
            throw PoolError(.wrongShape, pointer: "/functions", "must be an array of functions")
        }
        guard list.count <= limits.functions else {
            throw PoolError(.tooLarge, pointer: "/functions", "\(list.count) functions; at most \(limits.functions)")
        }
        var functions: [FunctionDefinition] = []
        functions.reserveCapacity(list.count)
        for (index, value) in list.enumerated() {
            do throws(PoolError) {
                functions.append(try FunctionDefinition(json: value))
            } catch {
                throw error.below("/functions/\(index)", function: FunctionReader.name(in: value))
            }
        }
        let prompt = try members["prompt"].map { value throws(PoolError) in try PromptStyle(json: value) }
        try self.init(name: name, functions: functions, prompt: prompt ?? PromptStyle(), limits: limits)
    }
}
