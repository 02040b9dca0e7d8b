import Documents
import OrderedCollections

/// An error of JSON-RPC 2.0, with the HTTP status that the Model Context Protocol gives it from 2026-07-28 on.
package struct RPCError: Error, Equatable {
    package let code: Int
    package let message: String
    package var data: JSONValue?
    package let status: Int

    private init(_ code: Int, _ message: String, status: Int) {
        (self.code, self.message, self.status) = (code, message, status)
    }

    static func unreadable(_ why: String) -> RPCError { RPCError(-32700, "the body is \(why)", status: 400) }
    static func badRequest(_ why: String, status: Int = 400) -> RPCError { RPCError(-32600, why, status: status) }
    static func badParameters(_ why: String) -> RPCError { RPCError(-32602, why, status: 400) }
    /// Headers say something else than the body.
    static func mismatch(_ why: String) -> RPCError { RPCError(-32020, why, status: 400) }

    static func unknownMethod(_ name: String) -> RPCError {
        RPCError(-32601, "the method \"\(name)\" is not offered here", status: 404)
    }

    static func unsupported(_ version: String) -> RPCError {
        var error = RPCError(-32022, "the protocol version \"\(version)\" is not spoken here", status: 400)
        error.data = [
            "supported": .array(ProtocolRevision.allCases.map { .string($0.rawValue) }), "requested": .string(version),
        ]
        return error
    }

    /// - Parameter id: of the request; null where it could not be read.
    func json(id: JSONValue) -> JSONValue {
        var error: JSONObject = ["code": .integer(code), "message": .string(message)]
        error["data"] = data
        return ["jsonrpc": "2.0", "id": id, "error": .object(error)]
    }
}
