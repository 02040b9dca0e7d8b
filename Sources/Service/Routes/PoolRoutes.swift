import Documents
import FunctionCalling
import Functions
import HTTPServer
import HTTPTypes
import Inference
import OrderedCollections

/// `GET /v1/pools`, `GET|PUT|DELETE /v1/pools/{pool}` and `/v1/pools/{pool}/functions/{function}`.
struct PoolRoutes: Sendable {
    let living: LivingCatalog
    /// Checks schemas.
    let schemas: SchemaQueue
    /// The pool of requests that name none.
    let standard: String
    private var catalog: FunctionCatalog { living.catalog }

    /// Bytes of a whole pool; one function is bounded like any other body.
    static let poolBytes = 64 << 20

    func register(in table: inout RouteTable) {
        table.on(.get, "/v1/pools", .read) { _ in .json(await list()) }
        registerPool(in: &table)
        registerFunction(in: &table)
    }

    private func registerPool(in table: inout RouteTable) {
        let path = "/v1/pools/{pool}"
        table.on(.get, path, .read) { request in
            let pool = try pool(request)
            return try .entity(pool.fingerprint, to: request) { pool.pool.json }
        }
        table.on(.put, path, .write(bodyBytes: Self.poolBytes)) { request in
            let name = try name("pool", of: request)
            let pool = try FunctionPool(name: name, json: request.json())
            let known = catalog.pool(named: name)?.pool
            try await schemas.run { try pool.checkSchemas(except: known) }
            let result = try await living.perform(.putPool(pool), if: request.precondition())
            return .edited(result, ["name": .string(name), "functions": .integer(pool.functions.count)])
        }
        table.on(.delete, path, .write) { request in
            let name = try name("pool", of: request)
            return .edited(try await living.perform(.deletePool(name), if: request.precondition()))
        }
    }

    private func registerFunction(in table: inout RouteTable) {
        let path = "/v1/pools/{pool}/functions/{function}"
        table.on(.get, path, .read) { request in
            let pool = try pool(request), name = request.parameters["function"] ?? ""
            guard let position = pool.pool.position(of: name) else {
                throw CatalogError.unknownFunction(name, pool: pool.pool.name)
            }
            return try .entity(pool.fingerprints[position], to: request) { pool.pool.functions[position].json }
        }
        table.on(.put, path, .write) { request in
            let name = try name("pool", of: request)
            let function = try function(named: self.name("function", of: request), request.json())
            if catalog.pool(named: name)?.pool[function.name]?.parameters != function.parameters {
                try await schemas.run { try function.checkSchema() }
            }
            let result = try await living.perform(.putFunction(function, pool: name), if: request.precondition())
            return .edited(result, function.json)
        }
        table.on(.delete, path, .write) { request in
            let pool = try name("pool", of: request), function = try name("function", of: request)
            return .edited(try await living.perform(.deleteFunction(function, pool: pool), if: request.precondition()))
        }
    }

    private func list() async -> JSONValue {
        var pools: [JSONValue] = []
        for name in catalog.poolNames {
            guard let pool = catalog.pool(named: name)?.pool else { continue }
            let origin = await living.isStored(name) ? "stored" : "file"
            pools.append([
                "name": .string(name), "functions": .integer(pool.functions.count), "origin": .string(origin),
            ])
        }
        return ["pools": .array(pools), "default": .string(standard)]
    }

    /// - Throws: for a name that nothing can have.
    private func name(_ parameter: String, of request: ServerRequest) throws(PoolError) -> String {
        let name = request.parameters[parameter] ?? ""
        guard FunctionPool.isName(name) else {
            throw PoolError(.badName, "the path's \(parameter) must have 1 to 128 of A-Z a-z 0-9 _ - .")
        }
        return name
    }

    private func pool(_ request: ServerRequest) throws(CatalogError) -> IndexedPool {
        let name = request.parameters["pool"] ?? ""
        guard let pool = catalog.pool(named: name) else { throw .unknownPool(name, known: catalog.poolNames) }
        return pool
    }

    /// The body may leave out the name that stands in the path.
    private func function(named name: String, _ body: JSONValue) throws -> FunctionDefinition {
        var value = body
        if var members = value.objectValue, members["name"] == nil, members["function"] == nil {
            members["name"] = .string(name)
            value = .object(members)
        }
        let function = try FunctionDefinition(json: value)
        guard function.name == name else {
            throw PoolError(.badName, pointer: "/name", "is \"\(function.name)\", but the path names \"\(name)\"")
        }
        try function.check()
        return function
    }
}
