import Documents
import Functions
import OrderedCollections

/// What the server prints on standard output when it listens: an example to paste that works as the server is set up,
/// or what is missing for one.
package struct Greeting: Sendable, Equatable {
    /// As in `http://127.0.0.1:8080`; the example takes the first.
    package let addresses: [String]
    /// The pool of requests that name none; nil: there is no such pool.
    package let pool: FunctionPool?
    /// What `calling.pool` says.
    package let poolName: String
    package let hasAdapter: Bool
    package let hasKeys: Bool

    package init(
        addresses: [String], pool: FunctionPool?, poolName: String, hasAdapter: Bool, hasKeys: Bool
    ) {
        self.addresses = addresses
        (self.pool, self.poolName, self.hasAdapter, self.hasKeys) = (pool, poolName, hasAdapter, hasKeys)
    }

    package var text: String {
        let addresses = self.addresses.joined(separator: " and "), address = self.addresses.first ?? ""
        guard let pool else {
            return """
                Kinglet listens on \(addresses). There is no pool "\(poolName)": put \(poolName).yaml into the folder \
                calling.pools, name another with calling.pool or --config FILE, or send `functions` with each request.


                """
        }
        var body: JSONObject = ["query": .string(query(of: pool))]
        if hasAdapter { body["adapter"] = "dis" }
        let key = hasKeys ? " \\\n    -H \"authorization: Bearer $KEY\"" : ""
        return """
            Kinglet listens on \(addresses). Try:

              curl -s \(address)/v1/functioncall -H 'content-type: application/json'\(key) \\
                -d '\(JSONValue.object(body).text(.spaced).replacing("'", with: "'\\''"))'


            """
    }

    /// An example of the pool, else the description of its first function.
    private func query(of pool: FunctionPool) -> String {
        pool.functions.lazy.compactMap(\.examples.first).first ?? pool.functions.first?.description ?? "hello"
    }
}
