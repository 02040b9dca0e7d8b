import Glibc

/// Tells the service manager how the process is (sd_notify(3)). A datagram each; nobody waits for an answer.
public struct ServiceManager: Sendable {
    private let socketPath: String
    /// `WATCHDOG=1` must come at least this often, or the process is killed; nil: no watchdog. Send twice as often.
    public let watchdogInterval: Duration?

    /// nil if nobody wants to know: NOTIFY_SOCKET is not set.
    ///
    /// The variables are taken out of the process's environment, so that no child speaks for it.
    public static func take() -> ServiceManager? {
        let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
        let values = names.map { name in getenv(name).map { String(cString: $0) } }
        for name in names { unsetenv(name) }
        guard let path = values[0] else { return nil }
        let isOurs = values[2].map { Int32($0) == getpid() } ?? true
        let interval = isOurs ? values[1].flatMap { Int64($0) }.map { Duration.microseconds($0) } : nil
        return ServiceManager(socketPath: path, watchdogInterval: interval)
    }

    /// - Parameter socketPath: absolute, or `@name` for the abstract namespace.
    package init?(socketPath: String, watchdogInterval: Duration? = nil) {
        guard socketPath.hasPrefix("/") || socketPath.hasPrefix("@"), socketPath.utf8.count > 1 else { return nil }
        self.socketPath = socketPath
        self.watchdogInterval = watchdogInterval
    }

    /// Start-up, or a reload, is done.
    public func ready(status: String? = nil) { send(["READY=1"] + Self.line(status)) }

    /// A reload has begun; `ready` ends it.
    public func reloading() {
        send(["RELOADING=1", "MONOTONIC_USEC=\(ServerClock.monotonic() / 1000)"])
    }

    /// The end has begun.
    public func stopping(status: String? = nil) { send(["STOPPING=1"] + Self.line(status)) }

    /// One line for `systemctl status`.
    public func status(_ text: String) { send(Self.line(text)) }

    /// Still alive.
    public func watchdog() { send(["WATCHDOG=1"]) }

    private static func line(_ status: String?) -> [String] {
        status.map { ["STATUS=" + $0.split(whereSeparator: \.isNewline).joined(separator: " ")] } ?? []
    }

    /// - Returns: whether the datagram was handed over. A lost one is no reason to stop serving.
    @discardableResult
    private func send(_ lines: [String]) -> Bool {
        guard let (address, length) = Self.address(socketPath),
            let descriptor = Descriptor(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        else { return false }
        var storage = address
        let text = Array(lines.joined(separator: "\n").utf8)
        let sent = withUnsafeBytes(of: &storage) { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) {
                sendto(descriptor.number, text, text.count, Int32(MSG_NOSIGNAL), $0.baseAddress, length)
            }
        }
        return sent == text.count
    }

    private static func address(_ path: String) -> (sockaddr_un, socklen_t)? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { target in
            guard bytes.count < target.count else { return false }
            target.copyBytes(from: bytes)
            return true
        }
        // An abstract name is as long as the length says; a path ends with its NUL.
        let start = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
        return fits ? (address, socklen_t(start + bytes.count + (bytes.first == 0 ? 0 : 1))) : nil
    }
}
