import Digests
import Documents
import FunctionCalling
import HTTPServer
import HTTPTypes
import Knowledge

/// `GET /v1/knowledge` and `GET|PUT|DELETE /v1/knowledge/{term}`.
struct KnowledgeRoutes: Sendable {
    let living: LivingCatalog

    func register(in table: inout RouteTable) {
        table.on(.get, "/v1/knowledge", .read) { request in .json(try list(request.single("pool"))) }
        let path = "/v1/knowledge/{term}"
        table.on(.get, path, .read) { request in
            let name = request.parameters["term"] ?? ""
            guard let term = living.catalog.knowledge[name] else { throw CatalogError.unknownTerm(name) }
            return try .entity(Fingerprint(of: term.json), to: request) { term.json }
        }
        table.on(.put, path, .write) { request in
            let term = try KnowledgeTerm(
                json: request.json(), named: request.parameters["term"] ?? "")
            return .edited(try await living.perform(.putTerm(term), if: request.precondition()), term.json)
        }
        table.on(.delete, path, .write) { request in
            let name = request.parameters["term"] ?? ""
            try KnowledgeTerm.check(name: name)
            return .edited(try await living.perform(.deleteTerm(name), if: request.precondition()))
        }
    }

    /// - Parameter pool: only terms that count for it.
    private func list(_ pool: String?) throws(CatalogError) -> JSONValue {
        if let pool, living.catalog.pool(named: pool) == nil {
            throw .unknownPool(pool, known: living.catalog.poolNames)
        }
        let terms = living.catalog.knowledge.terms.filter { term in pool.map { term.applies(to: $0) } ?? true }
        return ["terms": .array(terms.map(\.json))]
    }
}
