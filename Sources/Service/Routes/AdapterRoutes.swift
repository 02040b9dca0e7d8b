import Adapters
import Digests
import Documents
import FunctionCalling
import HTTPServer
import HTTPTypes
import OrderedCollections

/// `GET /v1/adapters` and `GET /v1/adapters/{adapter}`: the rules that make legacy frames, to read.
struct AdapterRoutes: Sendable {
    let catalog: FunctionCatalog

    func register(in table: inout RouteTable) {
        table.on(.get, "/v1/adapters", .read) { _ in .json(["adapters": .array(list())]) }
        table.on(.get, "/v1/adapters/{adapter}", .read) { request in
            let name = request.parameters["adapter"] ?? ""
            guard let rules = catalog.adapter(named: name) else { return unknown(name) }
            let json = rules.json
            return try .entity(Fingerprint(of: json), to: request) { json }
        }
    }

    private func list() -> [JSONValue] {
        catalog.adapterNames.compactMap { name in
            catalog.adapter(named: name).map { rules in
                [
                    "name": .string(name), "output": .string(rules.output.rawValue),
                    "functions": .integer(rules.functions.count),
                ]
            }
        }
    }

    private func unknown(_ name: String) -> ServerResponse {
        let known = catalog.adapterNames.joined(separator: ", ")
        return .error(
            .notFound, code: "unknown_adapter",
            message: "there is no adapter \"\(name)\"; there are: \(known.isEmpty ? "none" : known)", param: "adapter")
    }
}
