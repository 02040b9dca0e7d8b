import Documents
import Foundation

/// A revision of the Model Context Protocol. Up to 2025-11-25 a client shakes hands (`initialize`); from 2026-07-28 on each
/// request says by itself who asks, and headers repeat what a balancer wants to know of the body.
package enum ProtocolRevision: String, CaseIterable, Sendable {
    case june2025 = "2025-06-18", november2025 = "2025-11-25", july2026 = "2026-07-28"

    /// That is offered to a client which shakes hands for another one.
    static let lastWithHandshake = november2025
    static let header = "mcp-protocol-version"
    static let versionKey = "io.modelcontextprotocol/protocolVersion"
    static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"

    package var isStateless: Bool { self == .july2026 }

    /// What a request is asked by.
    ///
    /// - Parameter headers: of the HTTP request, by lower-case name.
    /// - Throws: for a revision that is not known, and where headers and body disagree.
    package static func of(
        _ message: RPCMessage, _ headers: (String) -> String?
    ) throws(RPCError) -> ProtocolRevision {
        let named = headers(header), meta = message.parameters["_meta"]
        if meta?[versionKey] == nil, named.flatMap(ProtocolRevision.init(rawValue:))?.isStateless != true {
            guard message.method != "initialize", let named else { return lastWithHandshake }
            guard let revision = ProtocolRevision(rawValue: named) else { throw .unsupported(named) }
            return revision
        }
        guard let version = meta?[versionKey]?.stringValue, meta?[capabilitiesKey]?.objectValue != nil else {
            // What only informs is answered by nothing.
            if message.isNotification, let named, let revision = ProtocolRevision(rawValue: named) { return revision }
            throw .badParameters("params._meta must have \(versionKey) and \(capabilitiesKey)")
        }
        try check(message, version, headers)
        guard let revision = ProtocolRevision(rawValue: version), revision.isStateless else {
            throw .unsupported(version)
        }
        return revision
    }

    private static func check(
        _ message: RPCMessage, _ version: String, _ headers: (String) -> String?
    ) throws(RPCError) {
        guard headers(header) == version else {
            throw .mismatch("the header \(header) must be \"\(version)\", as in params._meta")
        }
        guard headers("mcp-method") == message.method else {
            throw .mismatch("the header mcp-method must be \"\(message.method)\", as in the body")
        }
        guard message.method == "tools/call", let name = message.parameters["name"]?.stringValue else { return }
        guard headers("mcp-name").flatMap(plain) == name else {
            throw .mismatch("the header mcp-name must be the tool's name, as in the body")
        }
    }

    /// A header's value that may be wrapped as `=?base64?…?=`.
    private static func plain(_ value: String) -> String? {
        guard value.hasPrefix("=?base64?"), value.hasSuffix("?=") else { return value }
        return Data(base64Encoded: String(value.dropFirst(9).dropLast(2))).flatMap {
            String(bytes: $0, encoding: .utf8)
        }
    }
}
