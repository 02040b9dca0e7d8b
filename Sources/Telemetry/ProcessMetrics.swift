import Glibc

/// The `process_*` metrics that every exporter has, read from `/proc/self` at the scrape.
public struct ProcessMetrics: Sendable {
    public var cpuSeconds = 0.0
    public var residentBytes = 0.0, virtualBytes = 0.0
    public var openDescriptors = 0.0, maximumDescriptors = 0.0
    /// Seconds since 1970.
    public var startTime = 0.0
    public var threads = 0.0

    /// - Returns: nil where there is no `/proc`.
    public static func read() -> ProcessMetrics? {
        guard let status = text("/proc/self/stat"), let end = status.lastIndex(of: ")") else { return nil }
        // Fields 3… of proc(5), behind the command's name, which may hold anything.
        let fields = status[status.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count >= 22 else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK))), page = Double(sysconf(Int32(_SC_PAGESIZE)))
        var metrics = ProcessMetrics()
        metrics.cpuSeconds = (fields[11] + fields[12]) / ticks
        metrics.threads = fields[17]
        metrics.startTime = bootTime() + fields[19] / ticks
        metrics.virtualBytes = fields[20]
        metrics.residentBytes = fields[21] * page
        metrics.openDescriptors = Double(countDescriptors())
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            metrics.maximumDescriptors = Double(limit.rlim_cur)
        }
        return metrics
    }

    /// Adds CPU seconds, memory, open files and start time to a registry; each is read when it is asked for.
    public static func register(in registry: Registry) {
        func number(_ path: KeyPath<ProcessMetrics, Double> & Sendable) -> @Sendable () -> Double {
            { read()?[keyPath: path] ?? 0 }
        }
        registry.counter(
            "process_cpu_seconds_total", help: "User and system CPU time in seconds.", read: number(\.cpuSeconds))
        registry.gauge(
            "process_resident_memory_bytes", help: "Resident memory in bytes.", read: number(\.residentBytes))
        registry.gauge("process_virtual_memory_bytes", help: "Virtual memory in bytes.", read: number(\.virtualBytes))
        registry.gauge("process_open_fds", help: "Open file descriptors.", read: number(\.openDescriptors))
        registry.gauge("process_max_fds", help: "Most file descriptors.", read: number(\.maximumDescriptors))
        registry.gauge(
            "process_start_time_seconds", help: "Start of the process in seconds since 1970.", read: number(\.startTime)
        )
        registry.gauge("process_threads", help: "Threads of the process.", read: number(\.threads))
    }

    /// Seconds since 1970 at which the machine started, from `/proc/stat`.
    private static func bootTime() -> Double {
        guard let line = text("/proc/stat")?.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }) else {
            return 0
        }
        return Double(line.dropFirst(6)) ?? 0
    }

    /// Open descriptors of this process; those that the count itself needs are left out.
    private static func countDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 }
        }
        return max(0, count - 1)  // the folder itself
    }

    /// A small file of `/proc`, whole.
    private static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = Glibc.read(file, &buffer, buffer.count), count > 0, bytes.count < 1 << 20 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
