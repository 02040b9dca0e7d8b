import Assembly
import Digests
import Documents
import Foundation
import FunctionCalling
import Functions
import HTTPServer
import HTTPTypes
import Inference
import ModelFiles

/// `GET /v1/tuned` and `GET|PUT|DELETE /v1/tuned/{name}`: low-rank adapters, each for the pool of its name.
struct TunedRoutes: Sendable {
    let tuned: LivingTuned
    let adapters: AdapterRegistry

    /// Of the form that is put.
    static let parts = ["config", "weights", "card"]
    /// Bytes of a whole adapter.
    static let adapterBytes = 512 << 20

    func register(in table: inout RouteTable) {
        table.on(.get, "/v1/tuned", .read) { _ in
            var all: [JSONValue] = []
            for adapter in adapters.all { all.append(await about(adapter)) }
            return .json(["adapters": .array(all)])
        }
        let path = "/v1/tuned/{name}"
        table.on(.get, path, .read) { request in
            let name = request.parameters["name"] ?? ""
            guard let adapter = adapters[name] else { throw CatalogError.unknownAdapter(name) }
            let about = await about(adapter)
            return try .entity(adapter.fingerprint, to: request) { about }
        }
        table.on(.put, path, .write(bodyBytes: Self.adapterBytes)) { request in
            let name = try name(of: request)
            let result = try await tuned.put(name, Self.parts(of: request), if: request.precondition())
            guard let adapter = adapters[name] else { return .edited(result) }
            return .edited(result, await about(adapter))
        }
        table.on(.delete, path, .write) { request in
            .edited(try await tuned.delete(try name(of: request), if: request.precondition()))
        }
    }

    /// - Throws: `FieldError`, `LowRankAdapterError`.
    private static func parts(of request: ServerRequest) throws -> AdapterParts {
        let form = try MultipartForm(request.body, contentType: request.header("content-type"))
        if let unknown = form.parts.keys.first(where: { !parts.contains($0) }) {
            throw FieldError(
                path: unknown, reason: .unknown,
                message: "\(unknown) is unknown here; the form has \(parts.joined(separator: ", "))")
        }
        func part(_ name: String) throws(FieldError) -> ArraySlice<UInt8> {
            if let part = form.parts[name] { return part }
            throw FieldError(path: name, reason: .missing, message: "\(name) is missing; send it with -F \(name)=@FILE")
        }
        return AdapterParts(
            config: .init(path: "config", bytes: Data(try part("config"))),
            weights: MappedFile(name: "weights", copying: try part("weights")),
            card: form.parts["card"].map { .init(path: "card", bytes: Data($0)) })
    }

    private func about(_ adapter: ServedAdapter) async -> JSONValue {
        let origin = await tuned.isStored(adapter.name) ? "stored" : "file"
        let shape = adapter.shape
        return [
            "name": .string(adapter.name), "origin": .string(origin), "fingerprint": .string(adapter.fingerprint.text),
            "rank": .integer(shape?.rank ?? 0), "alpha": Self.number(shape?.alpha ?? 0),
            "matrices": .array(shape?.matrices.map { .string($0.rawValue) } ?? []),
            "layers": .array(shape?.layers.map { .integer($0) } ?? []),
            "invocation_tokens": adapter.invocation.map { .array($0.map { .integer(Int($0)) }) } ?? .null,
            "bytes": .integer(adapter.bytes),
        ]
    }

    /// Without a fraction where it has none.
    private static func number(_ value: Float) -> JSONValue {
        Int(exactly: value).map { .integer($0) } ?? .number(Double(value))
    }

    /// - Throws: for a name that no pool can have.
    private func name(of request: ServerRequest) throws(PoolError) -> String {
        let name = request.parameters["name"] ?? ""
        guard FunctionPool.isName(name) else {
            throw PoolError(.badName, "the path's name must have 1 to 128 of A-Z a-z 0-9 _ - .")
        }
        return name
    }
}
