import Foundation
import Glibc
import HTTPServer
import Testing

@Suite(.blocking, .serialized) struct ListeningTests {
    private let folder = "/tmp/kinglet-listening-\(getpid())"

    init() { mkdir(folder, 0o700) }

    static let addresses: [(String, SocketAddress?)] = [
        ("127.0.0.1:8080", .ip(host: "127.0.0.1", port: 8080)), ("[::1]:0", .ip(host: "::1", port: 0)),
        ("localhost:80", .ip(host: "localhost", port: 80)), (":80", .ip(host: "::", port: 80)),
        ("unix:/run/a.sock", .unix(path: "/run/a.sock")), ("::1:80", nil), ("localhost", nil), ("a:65536", nil),
        ("a:-1", nil), ("a:", nil), ("", nil),
    ]

    @Test(arguments: addresses) func readsAddresses(_ text: String, address: SocketAddress?) {
        #expect((try? SocketAddress(parsing: text)) == address)
    }

    private func answers(_ address: SocketAddress) throws -> Bool {
        let client = try RawClient(address)
        try client.send("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return try client.answer().text == "ok\n"
    }

    private func start(_ change: (inout ServerConfiguration) -> Void) throws -> Server {
        var configuration = ServerConfiguration(addresses: [])
        configuration.groups = 1
        change(&configuration)
        var router = Router()
        router.get("/healthz", immediate: { _ in .text("ok\n") })
        let server = Server(configuration: configuration, router: router)
        try server.start()
        return server
    }

    @Test("several addresses at once: IPv4, IPv6, Unix")
    func several() throws {
        let server = try start {
            $0.addresses = [
                .ip(host: "127.0.0.1", port: 0), .ip(host: "::1", port: 0), .unix(path: folder + "/several.sock"),
            ]
        }
        #expect(server.addresses.count == 3)
        for address in server.addresses { #expect(try answers(address)) }
    }

    @Test("a Unix socket has the mode asked for, whatever the umask", arguments: [UInt32(0o600), 0o660, 0o666])
    func mode(_ mode: UInt32) async throws {
        let path = folder + "/mode.sock"
        let server = try start { ($0.addresses, $0.unixMode) = ([.unix(path: path)], mode) }
        var status = stat()
        #expect(lstat(path, &status) == 0 && status.st_mode & 0o777 == mode)
        await server.drain(deadline: .seconds(1))
        #expect(await eventually { access(path, F_OK) != 0 })
    }

    @Test("what a crash left is taken away; what is in use, or no socket, is not")
    func staleFiles() async throws {
        let path = folder + "/stale.sock"
        let crashed = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let (_, resolved, length) = try SocketAddress.unix(path: path).resolved()
        var storage = resolved
        let bound = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { bind(crashed, $0.baseAddress, length) }
        }
        close(crashed)
        #expect(bound == 0 && access(path, F_OK) == 0)
        let server = try start { $0.addresses = [.unix(path: path)] }
        #expect(try answers(.unix(path: path)))
        #expect(throws: ServerError.self) { try start { $0.addresses = [.unix(path: path)] } }
        #expect(try answers(.unix(path: path)))

        // A file that took the place of ours is not ours to remove.
        unlink(path)
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        #expect(throws: ServerError.self) { try start { $0.addresses = [.unix(path: path)] } }
        await server.drain(deadline: .seconds(1))
        try await Task.sleep(for: .milliseconds(100))
        #expect(access(path, F_OK) == 0)
        unlink(path)
    }

    @Test("an inherited socket is served and outlives the server")
    func inherited() async throws {
        let handed = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handed) }
        #expect(throws: ServerError.self) { try InheritedSocket(handed, name: nil) }  // does not listen
        #expect(listen(handed, 16) == 0)
        let socket = try InheritedSocket(handed, name: "http")
        #expect(socket.name == "http" && !socket.usesTLS && socket.address.port ?? 0 > 0)
        for _ in 0..<2 {
            let server = try start { $0.inherited = [socket] }
            #expect(server.addresses == [socket.address])
            #expect(try answers(socket.address))
            await server.drain(deadline: .seconds(1))
        }
        #expect(fcntl(handed, F_GETFD) >= 0)
    }

    @Test("LISTEN_FDS is believed only if it is for this process")
    func variables() throws {
        func take(_ process: Int32, _ count: String) throws -> [InheritedSocket] {
            setenv("LISTEN_PID", "\(process)", 1)
            setenv("LISTEN_FDS", count, 1)
            defer { #expect(getenv("LISTEN_PID") == nil && getenv("LISTEN_FDS") == nil) }
            return try InheritedSocket.takeAll()
        }
        #expect(try InheritedSocket.takeAll().isEmpty)
        #expect(try take(getpid() + 1, "1").isEmpty)
        #expect(try take(getpid(), "0").isEmpty)
        #expect(throws: ServerError.self) { try take(getpid(), "many") }
        #expect(throws: ServerError.self) { try take(getpid(), "1024") }  // some of them are no sockets
    }

    @Test("the service manager is told", arguments: ["/notify.sock", "@"])
    func notify(_ name: String) throws {
        let path = name == "@" ? "@kinglet-\(getpid())" : folder + name
        let manager = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(manager) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count + (bytes[0] == 0 ? 0 : 1))
        let bound = withUnsafeBytes(of: &address) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { bind(manager, $0.baseAddress, length) }
        }
        try #require(bound == 0)
        defer { unlink(path) }
        setenv("NOTIFY_SOCKET", path, 1)
        setenv("WATCHDOG_USEC", "30000000", 1)
        let service = try #require(ServiceManager.take())
        #expect(ServiceManager.take() == nil && service.watchdogInterval == .seconds(30))

        func received() -> String {
            var piece = [UInt8](repeating: 0, count: 4096)
            let count = recv(manager, &piece, piece.count, Int32(MSG_DONTWAIT))
            return String(decoding: piece.prefix(max(0, count)), as: UTF8.self)
        }
        service.ready(status: "serving\nMAINPID=1")
        #expect(received() == "READY=1\nSTATUS=serving MAINPID=1")
        service.reloading()
        #expect(received().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        service.stopping()
        #expect(received() == "STOPPING=1")
        service.watchdog()
        #expect(received() == "WATCHDOG=1")
        #expect(received().isEmpty)
    }
}
