import Foundation
import HTTPServer
import Logging

/// Said when other machines can reach the server and nothing keeps them out, or their keys travel in the clear.
package struct ExposureWarning: Sendable, Equatable {
    package let lines: [String]

    /// nil where only this machine can reach the server, or where there are keys and TLS.
    package init?(plain: [SocketAddress], tls: [SocketAddress], hasKeys: Bool) {
        let plain = plain.filter { !$0.isLocal }
        let open = plain + tls.filter { !$0.isLocal }
        guard !open.isEmpty, !hasKeys || !plain.isEmpty else { return nil }
        let list = (hasKeys ? plain : open).map(\.description).joined(separator: ", ")
        var lines = ["WARNING: other machines can reach \(list)"]
        if !hasKeys {
            lines.append("and NO KEY is asked for: anybody there can use this server and change its pools.")
            lines.append("Make a key:  kinglet key new NAME")
        }
        if !plain.isEmpty {
            lines.append(
                (hasKeys ? "WITHOUT TLS: keys" : "There is NO TLS either: queries") + " can be read on the way.")
            lines.append("Set tls.listen with a certificate, or stand behind a proxy that speaks TLS.")
        }
        lines.append("For this machine alone: server.host = 127.0.0.1. See Docs/Operating.md.")
        self.lines = lines
    }

    /// On standard error, whatever the log's level, in a frame.
    func show(_ logger: Logger) {
        logger.warning("\(lines.joined(separator: " "))")
        FileHandle.standardError.write(Data(framed.utf8))
    }

    package var framed: String {
        let width = lines.map(\.count).max() ?? 0
        let edge = String(repeating: "!", count: width + 6)
        let rows = lines.map { "!! \($0)\(String(repeating: " ", count: width - $0.count)) !!" }
        return "\n\(([edge] + rows + [edge]).joined(separator: "\n"))\n\n"
    }
}
