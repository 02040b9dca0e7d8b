import Configuration
import Documents
import Foundation
import FunctionCalling
import Functions
import HTTPClient
import Storage

public enum TransferError: Error, CustomStringConvertible {
    case unsupported(count: Int)
    case nothingLeft
    case unknownPool(String, known: [String])
    case refused(url: String, status: Int, message: String)
    case unreachable(url: String, reason: String)

    public var description: String {
        switch self {
        case .unsupported(let count):
            "\(count) function\(count == 1 ? "" : "s") cannot be taken, see above; nothing was imported. Mend the document, or leave "
                + "them out with --skip-unsupported"
        case .nothingLeft: "no function can be taken; nothing was imported"
        case .unknownPool(let name, let known):
            "no pool is named \"\(name)\"; known pools: \(known.isEmpty ? "none" : known.joined(separator: ", "))"
        case .refused(let url, let status, let message): "\(url): \(status): \(message)"
        case .unreachable(let url, let reason): "\(url): \(reason). Is the server running?"
        }
    }
}

/// Pools in and out of a state folder or a running server.
public enum PoolTransfer {
    public enum Place: Sendable {
        case state(Settings)
        /// - Parameter key: an API key, if the server asks for one.
        case server(url: String, key: String?)
    }

    /// - Returns: whether the pool is new.
    public static func put(_ pool: FunctionPool, into place: Place) async throws -> Bool {
        switch place {
        case .state(let settings):
            let store = try StateStore.open(folder: settings.resolve(settings.state))
            let isNew = !(try await store.load()).pools.contains { $0.name == pool.name }
            try await store.apply([.putPool(pool.stored)])
            return isNew
        case .server(let url, let key):
            return try await ask("PUT", "\(url)/v1/pools/\(pool.name)", key, body: pool.json.utf8()).status == 201
        }
    }

    /// A pool's body.
    public static func get(_ name: String, from place: Place) async throws -> JSONValue {
        switch place {
        case .state(let settings):
            let catalog = try await CatalogLoader.load(settings)
            guard let pool = catalog.pool(named: name)?.pool else {
                throw TransferError.unknownPool(name, known: catalog.poolNames)
            }
            return pool.json
        case .server(let url, let key):
            return try await JSONValue(parsing: ask("GET", "\(url)/v1/pools/\(name)", key).body)
        }
    }

    private static func ask(
        _ method: String, _ url: String, _ key: String?, body: [UInt8]? = nil
    ) async throws -> (status: Int, body: [UInt8]) {
        guard let address = URL(string: url) else {
            throw TransferError.unreachable(url: url, reason: "not a URL")
        }
        var request = WebClient.Request(address)
        (request.method, request.key, request.body) = (method, key, body)
        request.fields = [("Accept", "application/json")]
        if body != nil { request.fields.append(("Content-Type", "application/json")) }
        let answer: HTTPAnswer
        do {
            answer = try await WebClient(patience: 600).answer(request)
        } catch {
            throw TransferError.unreachable(url: url, reason: error.description)
        }
        guard (200..<300).contains(answer.status) else {
            let message = (try? JSONValue(parsing: answer.body))?["error"]?["message"]?.stringValue
            throw TransferError.refused(url: url, status: answer.status, message: message ?? "refused")
        }
        return (answer.status, answer.body)
    }
}
