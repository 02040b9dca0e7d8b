import Documents
import Doors
import OrderedCollections
import Testing

/// Messages of JSON-RPC, and by which revision of the Model Context Protocol they are read.
@Suite struct RPCMessageTests {
    static let refused: [(JSONValue, Int)] = [
        (5, -32600), ([], -32600), ([["jsonrpc": "2.0", "id": 1, "method": "ping"]], -32600),
        (["id": 1, "method": "ping"], -32600), (["jsonrpc": "1.0", "id": 1, "method": "ping"], -32600),
        (["jsonrpc": "2.0", "id": 1], -32600), (["jsonrpc": "2.0", "id": 1, "method": 5], -32600),
        (["jsonrpc": "2.0", "id": [1], "method": "ping"], -32600),
        (["jsonrpc": "2.0", "id": nil, "method": "ping"], -32600),
        (["jsonrpc": "2.0", "id": 1.5, "method": "ping"], -32600),
        (["jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]], -32602),
    ]

    @Test func whatIsNoMessageIsRefused() {
        for (value, code) in Self.refused {
            do {
                _ = try RPCMessage.read(value)
                Issue.record("\(value) was read")
            } catch {
                #expect(error.code == code && error.status == 400, "\(value) \(error)")
            }
        }
    }

    @Test func requestsNotificationsAndAnswersAreToldApart() throws {
        let request = try #require(try RPCMessage.read(["jsonrpc": "2.0", "id": "a", "method": "ping"]))
        #expect(request.id == "a" && request.method == "ping" && request.parameters == [:] && !request.isNotification)
        let notice = try #require(try RPCMessage.read(["jsonrpc": "2.0", "method": "notifications/initialized"]))
        #expect(notice.isNotification)
        #expect(try RPCMessage.read(["jsonrpc": "2.0", "id": 1, "result": [:]]) == nil)
        #expect(try RPCMessage.read(["jsonrpc": "2.0", "id": 1, "error": ["code": 1, "message": "x"]]) == nil)
    }

    private static let envelope: JSONValue = [
        "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": [:],
    ]
    private static func message(_ method: String, _ parameters: JSONObject = [:]) throws -> RPCMessage {
        try #require(
            try RPCMessage.read(["jsonrpc": "2.0", "id": 1, "method": .string(method), "params": .object(parameters)]))
    }
    private static let modern = ["mcp-protocol-version": "2026-07-28", "mcp-method": "tools/list"]

    @Test func theRevisionIsThatOfHeaderAndBody() throws {
        let list = try Self.message("tools/list"), stateless = try Self.message("tools/list", ["_meta": Self.envelope])
        let call = try Self.message("tools/call", ["_meta": Self.envelope, "name": "ö"])
        let named = ["mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call"]
        let table: [(RPCMessage, [String: String], ProtocolRevision?, Int)] = [
            (list, [:], .november2025, 0), (list, ["mcp-protocol-version": "2025-06-18"], .june2025, 0),
            (list, ["mcp-protocol-version": "2024-11-05"], nil, -32022),
            (try Self.message("initialize"), ["mcp-protocol-version": "1999-01-01"], .november2025, 0),
            (stateless, Self.modern, .july2026, 0), (list, Self.modern, nil, -32602), (stateless, [:], nil, -32020),
            (stateless, ["mcp-protocol-version": "2025-11-25", "mcp-method": "tools/list"], nil, -32020),
            (stateless, ["mcp-protocol-version": "2026-07-28"], nil, -32020),
            (stateless, ["mcp-protocol-version": "2026-07-28", "mcp-method": "ping"], nil, -32020),
            (call, named, nil, -32020), (call, named.merging(["mcp-name": "o"]) { $1 }, nil, -32020),
            (call, named.merging(["mcp-name": "=?base64?w7Y=?="]) { $1 }, .july2026, 0),
            (call, named.merging(["mcp-name": "=?base64?w7?="]) { $1 }, nil, -32020),
        ]
        for (message, headers, revision, code) in table {
            do {
                let found = try ProtocolRevision.of(message) { headers[$0] }
                #expect(found == revision, "\(headers) \(found)")
            } catch {
                #expect(revision == nil && error.code == code, "\(headers) \(error)")
            }
        }
        let later: JSONValue = [
            "io.modelcontextprotocol/protocolVersion": "2099-01-01", "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        let future = try Self.message("tools/list", ["_meta": later])
        do {
            _ = try ProtocolRevision.of(future) {
                ["mcp-protocol-version": "2099-01-01", "mcp-method": "tools/list"][$0]
            }
            Issue.record("a revision of the future was taken")
        } catch {
            #expect(error.code == -32022 && error.data?["requested"] == "2099-01-01")
            #expect(error.data?["supported"]?.arrayValue?.contains("2026-07-28") == true)
        }
    }
}
