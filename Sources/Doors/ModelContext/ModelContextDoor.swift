import Configuration
import Documents
import FunctionCalling
import HTTPServer
import HTTPTypes
import OrderedCollections
import Service

/// `POST /mcp`: the Model Context Protocol by streamable HTTP, with the pools' retrieval and calls as tools. A message comes,
/// its answer goes, and nothing is kept between them.
struct ModelContextDoor: Door {
    let tools: PoolTools

    init(_ parts: RunningServer.Parts) { tools = PoolTools(pipeline: parts.pipeline, metrics: parts.metrics) }

    func register(in table: inout RouteTable) {
        table.on(.post, "/mcp", .call) { request in
            var id = JSONValue.null
            var revision: ProtocolRevision?
            do {
                try checkOrigin(of: request)
                guard let message = try RPCMessage.read(Self.body(of: request)) else { return Self.accepted }
                id = message.id ?? .null
                let agreed = try ProtocolRevision.of(message) { request.header($0) }
                revision = agreed
                if message.isNotification { return Self.accepted }
                let result = try await answer(message, agreed, request)
                return .json(["jsonrpc": "2.0", "id": id, "result": result])
            } catch let error as RPCError {
                var response = ServerResponse.json(error.json(id: id))
                // Clients that shake hands take another status for the end of the connection, not for the answer.
                response.status = revision?.isStateless == false ? .ok : HTTPResponse.Status(code: error.status)
                return response
            }
        }
    }

    /// - Throws: `RPCError`.
    func answer(
        _ message: RPCMessage, _ revision: ProtocolRevision, _ request: ServerRequest
    ) async throws -> JSONValue {
        switch (message.method, revision.isStateless) {
        case ("initialize", false): return Self.greeting(message)
        case ("initialize", true): throw RPCError.unsupported(ProtocolRevision.lastWithHandshake.rawValue)
        case ("ping", false): return [:]
        case ("server/discover", true): return Self.whole(.object(Self.discovered), revision, keptFor: 3_600_000)
        case ("tools/list", _): return Self.whole(["tools": .array(tools.list())], revision, keptFor: 0)
        case ("tools/call", _):
            guard let name = message.parameters["name"]?.stringValue else {
                throw RPCError.badParameters("name must be the name of a tool")
            }
            let arguments = message.parameters["arguments"] ?? .object([:])
            guard arguments.objectValue != nil else { throw RPCError.badParameters("arguments must be an object") }
            return Self.whole(try await tools.run(name, arguments, for: request), revision)
        default: throw RPCError.unknownMethod(message.method)
        }
    }

    /// Pages from elsewhere may not reach a server in the network of their reader by the reader's browser.
    private func checkOrigin(of request: ServerRequest) throws(RPCError) {
        guard let origin = request.header("origin") else { return }
        guard request.context.rules.origins.allows(origin) || Self.isLocal(origin) else {
            throw .badRequest("pages of \"\(origin)\" may not ask here; cors.origins names those that may", status: 403)
        }
    }

    private static func isLocal(_ origin: String) -> Bool {
        origin.wholeMatch(of: /https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?/) != nil
    }

    private static func body(of request: ServerRequest) throws(RPCError) -> JSONValue {
        do {
            return try JSONValue(parsing: request.body, maximumDepth: request.context.rules.limits.jsonDepth)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    private static var accepted: ServerResponse { ServerResponse(status: .accepted) }

    private static let server: JSONValue = [
        "name": "kinglet", "title": "Kinglet", "version": .string(KingletVersion.text),
    ]
    private static let capabilities: JSONValue = ["tools": ["listChanged": false]]
    private static let instructions: JSONValue =
        "Ask call_function with what the user said, as it was said; find_functions shows what there is."

    private static func greeting(_ message: RPCMessage) -> JSONValue {
        let asked = message.parameters["protocolVersion"]?.stringValue.flatMap(ProtocolRevision.init(rawValue:))
        let agreed = asked.flatMap { $0.isStateless ? nil : $0 } ?? ProtocolRevision.lastWithHandshake
        return [
            "protocolVersion": .string(agreed.rawValue), "capabilities": capabilities, "serverInfo": server,
            "instructions": instructions,
        ]
    }

    private static var discovered: JSONObject {
        [
            "supportedVersions": .array(ProtocolRevision.allCases.map { .string($0.rawValue) }),
            "capabilities": capabilities, "instructions": instructions,
            "_meta": ["io.modelcontextprotocol/serverInfo": server],
        ]
    }

    /// A result as its revision wants it.
    ///
    /// - Parameter time: milliseconds for which the client may keep it; nil: it is of one call.
    private static func whole(
        _ result: JSONValue, _ revision: ProtocolRevision, keptFor time: Int? = nil
    ) -> JSONValue {
        guard revision.isStateless, var members = result.objectValue else { return result }
        members["resultType"] = "complete"
        if let time {
            members["ttlMs"] = .integer(time)
            members["cacheScope"] = "private"
        }
        return .object(members)
    }
}
