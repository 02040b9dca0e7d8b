import OrderedJSON

/// Lists of `number`s in one notation: `[1.0, 2.5]`, not `[1, 2.5]`, which strict readers take for a list of two types.
enum NumberLists {
    /// - Parameter properties: schemas of the parameters.
    static func even(_ parameters: JSONObject, _ properties: JSONValue?) -> JSONObject {
        var result = parameters
        for (name, value) in parameters {
            guard let elements = value.arrayValue, properties?[name]?["items"]?["type"]?.stringValue == "number" else {
                continue
            }
            result[name] = .array(elements.map { $0.doubleValue.map { .number($0) } ?? $0 })
        }
        return result
    }
}
