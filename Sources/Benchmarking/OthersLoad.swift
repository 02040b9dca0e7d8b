import Foundation

/// The share of the machine that other processes take during a measurement: figures suffer by as much.
struct OthersLoad {
    private let start: Sample

    /// nil where the system does not count (`/proc/stat`).
    init?() {
        guard let start = Sample() else { return nil }
        self.start = start
    }

    /// Cores that others kept busy since then, on average.
    var cores: Double? {
        guard let end = Sample(), end.moment > start.moment else { return nil }
        let seconds = (end.moment - start.moment) / .seconds(1)
        return max(0, (end.machine - start.machine) - (end.own - start.own)) / seconds
    }

    /// CPU time of the machine and of this process at one moment.
    private struct Sample {
        let moment = ContinuousClock.now
        /// Seconds that all cores were busy, and that they were for this process.
        let machine: Double, own: Double

        init?() {
            guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
                let line = text.split(separator: "\n").first, line.hasPrefix("cpu ")
            else { return nil }
            // user nice system idle iowait irq softirq steal, in ticks (proc_stat(5)).
            let ticks = line.split(separator: " ").dropFirst().prefix(8).compactMap { Double($0) }
            guard ticks.count == 8 else { return nil }
            machine = (ticks.reduce(0, +) - ticks[3] - ticks[4]) / Double(sysconf(Int32(_SC_CLK_TCK)))
            var time = timespec()
            clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
            own = Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
        }
    }
}
