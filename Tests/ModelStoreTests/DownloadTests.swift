import Foundation
import TestSupport
import Testing

import ModelStore

/// Downloads from servers that behave badly: each is a line that says so, and what has come is kept where it may be used.
@Suite struct DownloadTests {
    typealias Reply = ScriptedServer.Reply

    /// What the server says to a request for a file of nine bytes, what is wrong, and how much of the file stays.
    static let bad: [(Reply, isUnreachable: Bool, reason: String, left: String?)] = [
        (.silence, true, "the connection broke", nil),
        (.last("HTTP/1.1 2"), true, "the connection broke", nil),
        (.last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n"), true, "the connection broke", nil),
        (.last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), false, "the connection broke", "abc"),
        (.last("HTTP/1.1 200 OK\r\n\r\nabc"), false, "ended after 3 of 9 bytes", "abc"),
        (.last("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), false, "ended after 3 of 9 bytes", "abc"),
        (.last("HTTP/1.1 200 OK\r\n\r\nabcdefghijk"), false, "sends more than the 9 bytes of the file", ""),
        (.last("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), false, "HTTP status 404", nil),
        (.last("HTTP/1.1 204 No\r\n\r\n"), false, "HTTP status 204", nil),
        (.last("HTTP/1.1 206 Part\r\nContent-Range: bytes 5-8/9\r\n\r\n"), false, "another range", nil),
        (.last("HTTP/1.1 302 Found\r\nLocation: /again\r\n\r\n"), true, "more than 10 redirects", nil),
        (.last("SSH-2.0-x\r\n\r\n"), true, "not an HTTP/1.1 answer", nil),
    ]

    @Test(arguments: bad)
    func badServers(_ reply: Reply, isUnreachable: Bool, reason: String, left: String?) async throws {
        let folder = try TemporaryFolder(), path = folder.path + "/file"
        let server = try ScriptedServer { _ in reply }
        defer { server.stop() }
        let url = try #require(URL(string: server.url + "/x"))
        do throws(PullError) {
            try await HTTPDownload.fetch(url, to: path, size: 9) { _ in }
            Issue.record("fetched")
        } catch {
            #expect(error.description.contains(reason) && !error.description.contains("\n"), "\(error)")
            if case .unreachable(let host, _) = error { #expect(isUnreachable && host == "127.0.0.1") }
            if case .source = error { #expect(!isUnreachable) }
        }
        #expect((try? String(contentsOfFile: path, encoding: .utf8)) == left)
    }

    @Test("asks for what is missing, follows redirects, and takes all where it is given all", arguments: [true, false])
    func resumes(honoursRange: Bool) async throws {
        let folder = try TemporaryFolder(), path = folder.path + "/file"
        try Data("abc".utf8).write(to: URL(fileURLWithPath: path))
        let server = try ScriptedServer { request in
            if request.route == "/x" { return .last("HTTP/1.1 302 Found\r\nLocation: /y\r\n\r\n") }
            guard request.field("range") == "bytes=3-", request.field("accept-encoding") == "identity" else {
                return .silence
            }
            return honoursRange
                ? .last("HTTP/1.1 206 Part\r\nContent-Range: bytes 3-8/9\r\nContent-Length: 6\r\n\r\ndefghi")
                : .last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n5\r\nefghi\r\n0\r\n\r\n")
        }
        defer { server.stop() }
        try await HTTPDownload.fetch(try #require(URL(string: server.url + "/x")), to: path, size: 9) { _ in }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "abcdefghi")
        // Whole: nobody is asked.
        try await HTTPDownload.fetch(try #require(URL(string: "http://127.0.0.1:1/x")), to: path, size: 9) { _ in }
    }
}
