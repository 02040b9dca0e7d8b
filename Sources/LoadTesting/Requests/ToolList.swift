import Documents
import HTTPClient
import OrderedCollections

/// The functions of one of the server's pools as tools of a chat, in OpenAI's form.
public enum ToolList {
    /// The first `count` functions of a pool; the server's default pool for nil.
    ///
    /// - Throws: `.setting` saying why there are none.
    public static func fetch(
        _ endpoint: HTTPEndpoint, pool: String?, count: Int, apiKey: String?
    ) throws(LoadError) -> [JSONValue] {
        guard count > 0 else { return [] }
        let client = HTTPClient(endpoint: endpoint, timeout: 10, apiKey: apiKey)
        let named = pool == nil ? try get("/v1/pools", client)["default"]?.stringValue : pool
        guard let name = named else {
            throw .setting(name: "tools", remedy: "the server has no default pool: name one with --pool, or --tools 0")
        }
        guard let path = name.addingPercentEncoding() else {
            throw .setting(name: "pool", remedy: "\"\(name.prefix(60))\" is no name of a pool")
        }
        let functions = try get("/v1/pools/\(path)", client)["functions"]?.arrayValue ?? []
        guard !functions.isEmpty else { throw .setting(name: "tools", remedy: "the pool \(name) has no functions") }
        return functions.prefix(count).map(tool)
    }

    /// One function, with the fields that OpenAI's form has.
    package static func tool(_ function: JSONValue) -> JSONValue {
        var members: JSONObject = [:]
        for name in ["name", "description", "parameters"] { members[name] = function[name] }
        return ["type": "function", "function": .object(members)]
    }

    private static func get(_ route: String, _ client: HTTPClient) throws(LoadError) -> JSONValue {
        let answer: HTTPAnswer
        do throws(ExchangeError) {
            answer = try client.get(route)
        } catch {
            throw .setting(name: "tools", remedy: "\(route) of the server: \(error)")
        }
        guard answer.status == 200, let value = try? JSONValue(parsing: answer.body) else {
            throw .setting(name: "tools", remedy: "\(route) of the server answers with status \(answer.status)")
        }
        return value
    }
}

extension String {
    /// nil of an empty name, or one that leads elsewhere.
    fileprivate func addingPercentEncoding() -> String? {
        guard !isEmpty, self != ".", self != ".." else { return nil }
        let hex = Array("0123456789ABCDEF")
        return utf8.map { byte in
            let scalar = Character(Unicode.Scalar(byte))
            let isPlain = byte < 0x80 && (scalar.isLetter || scalar.isNumber || "-._~".contains(scalar))
            return isPlain ? String(scalar) : "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
        }.joined()
    }
}
