import Inference
import OrderedJSON

extension FunctionDefinition {
    /// - Throws: `.unenforceableSchema` with the JSON Pointer of the keyword that decoding cannot enforce.
    /// - Parameter index: of the function in the document, to name the field at fault.
    public func checkSchema(index: Int? = nil) throws(FunctionCallError) {
        let format = AnswerFormat([self])
        do {
            try SchemaCheck.check(format.schema)
        } catch {
            let pointer = format.function(at: error.pointer)?.pointer ?? "/parameters"
            throw .unenforceableSchema(function: name, index: index, pointer: pointer, message: error.message)
        }
    }
}

extension FunctionPool {
    /// - Parameter known: a pool whose functions were checked before.
    /// - Throws: `.unenforceableSchema` for the first function whose schema decoding cannot enforce.
    public func checkSchemas(except known: FunctionPool? = nil) throws(FunctionCallError) {
        for (index, function) in functions.enumerated() where known?[function.name]?.parameters != function.parameters {
            try function.checkSchema(index: index)
        }
    }
}
