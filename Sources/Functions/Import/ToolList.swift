import Documents

/// Tools as OpenAI's requests list them, and as an MCP server answers `tools/list`.
enum ToolList {
    static func functions(
        _ tools: [JSONValue], at pointer: String
    ) -> (functions: [FunctionDefinition], refusals: [PoolImport.Refusal]) {
        var functions: [FunctionDefinition] = [], refusals: [PoolImport.Refusal] = [], names = ImportedNames()
        for (index, tool) in tools.enumerated() {
            do throws(PoolError) {
                functions.append(try FunctionReader.read(tool).renamed { names.name(for: $0) })
            } catch {
                refusals.append(
                    .init(
                        function: FunctionReader.name(in: tool) ?? "#\(index)",
                        pointer: "\(pointer)/\(index)\(error.pointer)", message: error.message))
            }
        }
        return (functions, refusals)
    }
}

extension FunctionDefinition {
    fileprivate func renamed(_ rename: (String) -> String) -> FunctionDefinition {
        FunctionDefinition(
            name: rename(name), description: description, domain: domain, parameters: parameters, examples: examples)
    }
}
