import CZlib
import Documents
import Foundation
import Testing

import Service
import ServiceTestSupport

/// Bodies that come packed or in another character set, through the running server.
@Suite struct BodyCodingTests {
    private static let completion = Array(#"{"prompt": "abc", "max_tokens": 1}"#.utf8)

    /// - Parameter window: zlib's: 31 gzip, 15 zlib, -15 bare.
    private static func packed(_ bytes: [UInt8], window: Int32) -> [UInt8] {
        var stream = z_stream()
        deflateInit2_(
            &stream, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { deflateEnd(&stream) }
        var source = bytes
        return source.withUnsafeMutableBufferPointer { source in
            [UInt8](unsafeUninitializedCapacity: bytes.count + 1024) { target, count in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                #expect(deflate(&stream, Z_FINISH) == Z_STREAM_END)
                count = target.count - Int(stream.avail_out)
            }
        }
    }

    private static var gzip: [UInt8] { packed(completion, window: 31) }
    private static let half = completion.count / 2

    /// Coding, body, status, code.
    static let codings: [(String, [UInt8], Int, String?)] = [
        ("gzip", gzip, 200, nil), ("GZip", gzip, 200, nil), ("x-gzip", gzip, 200, nil),
        ("identity", completion, 200, nil),
        ("identity, gzip", gzip, 200, nil), ("deflate", packed(completion, window: 15), 200, nil),
        ("deflate", packed(completion, window: -15), 200, nil),
        // Two members after each other are one body (RFC 1952, 2.2).
        (
            "gzip", packed(Array(completion[..<half]), window: 31) + packed(Array(completion[half...]), window: 31),
            200, nil
        ),
        ("br", gzip, 415, "unsupported_content_encoding"), ("zstd", gzip, 415, "unsupported_content_encoding"),
        ("gzip, gzip", gzip, 415, "unsupported_content_encoding"), ("*", gzip, 415, "unsupported_content_encoding"),
        ("gzip", completion, 400, "bad_content_encoding"), ("gzip", gzip.dropLast(5), 400, "bad_content_encoding"),
        ("gzip", Array(gzip) + [1, 2, 3], 400, "bad_content_encoding"),
        ("deflate", [0x78, 0x9C, 1], 400, "bad_content_encoding"),
        ("gzip", [0x1F], 400, "bad_content_encoding"),
        // Without a coding what is packed is no JSON.
        ("", gzip, 400, "invalid_json"),
        // Half a megabyte of nothing in half a kilobyte; then more than a route allows.
        ("gzip", packed(completion + Array(repeating: 0x20, count: 500_000), window: 31), 200, nil),
        ("gzip", packed(Array(repeating: 0x20, count: 1 << 20) + completion, window: 31), 413, "body_too_large"),
        ("gzip", packed(Array(repeating: 0x20, count: 100 << 20), window: 31), 413, "body_too_large"),
    ]

    @Test func packedBodies() async throws {
        let server = try await TinyServer(["server.max_body_kib": "512"])
        for (coding, body, status, code) in Self.codings {
            let answer = try await server.post(
                "/v1/completions", headers: coding.isEmpty ? [:] : ["content-encoding": coding], bytes: Array(body))
            #expect(answer.status == status && answer.code == code, "\(coding) of \(body.count) bytes: \(answer.text)")
            if status == 415 { #expect(answer.headers["accept-encoding"] == "gzip, deflate") }
        }
        await server.running.stop()
    }

    private static func text(_ prompt: [UInt8]) -> [UInt8] {
        Array(#"{"max_tokens": 1, "prompt": ""#.utf8) + prompt + Array(#""}"#.utf8)
    }

    /// Content type, body, status, code.
    static let charsets: [(String, [UInt8], Int, String?)] = [
        ("application/json; charset=utf-8", text(Array("ä你".utf8)), 200, nil),
        ("application/json;charset=\"UTF-8\"", text(Array("ä".utf8)), 200, nil),
        ("text/plain; charset=utf8", text(Array("ä".utf8)), 200, nil),
        ("application/x-www-form-urlencoded", text(Array("a".utf8)), 200, nil),
        ("application/json; charset=iso-8859-1", text(Array("plain".utf8)), 200, nil),
        ("application/json; charset=iso-8859-1", text([0xE4]), 415, "unsupported_charset"),
        ("application/json; charset=windows-1252", text(Array("ä".utf8)), 415, "unsupported_charset"),
        ("application/json; charset=utf-16", text(Array("a".utf8)), 415, "unsupported_charset"),
        ("application/json", text([0xE4]), 400, "invalid_json"),
        // A byte order mark is no part of the text.
        ("application/json", [0xEF, 0xBB, 0xBF] + text(Array("a".utf8)), 200, nil),
        ("application/json", text(Array("a".utf8)) + [0xEF, 0xBB, 0xBF], 400, "invalid_json"),
        ("application/json", [0xEF, 0xBB], 400, "invalid_json"),
    ]

    @Test func characterSets() async throws {
        let server = try await TinyServer()
        for (type, body, status, code) in Self.charsets {
            let answer = try await server.post("/v1/completions", headers: ["content-type": type], bytes: body)
            #expect(answer.status == status && answer.code == code, "\(type): \(answer.text)")
        }
        await server.running.stop()
    }
}
