import Foundation
import Kernels
import Documents

/// The machine that a run measured, so that figures can be told apart later.
package struct Machine: Sendable {
    let processor: String, cores: Int, memoryMebibytes: Int, system: String
    /// Runnable processes on average over the last minute: above the benchmark's own, others were measured too.
    let load: Double?

    /// What the system says of this machine.
    package static func current() -> Machine {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":", maxSplits: 1).last
        var averages = [0.0]
        return Machine(
            processor: name?.trimmingCharacters(in: .whitespaces) ?? "unknown",
            cores: ProcessInfo.processInfo.activeProcessorCount,
            memoryMebibytes: Int(clamping: ProcessInfo.processInfo.physicalMemory >> 20),
            system: ProcessInfo.processInfo.operatingSystemVersionString,
            load: getloadavg(&averages, 1) == 1 ? averages[0] : nil)
    }

    /// Mebibytes of this process that are in memory; nil where the system does not say.
    static var residentMebibytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { ($0 * Int(sysconf(Int32(_SC_PAGESIZE)))) >> 20 } : nil
    }

    /// The most of them that there were so far; nil where the system does not say.
    static var peakMebibytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") })
        else { return nil }
        return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 >> 10 }
    }

    /// For programs.
    var json: JSONValue {
        [
            "processor": .string(processor), "cores": .integer(cores), "memory_mib": .integer(memoryMebibytes),
            "system": .string(system), "instructions": .string(InstructionSet.current.description),
            "load_average": load.map { .number($0) } ?? .null,
        ]
    }

    /// For people.
    package var text: String {
        let load = load.map { String(format: ", load %.1f", $0) } ?? ""
        return "\(processor), \(cores) cores, \(InstructionSet.current), \(memoryMebibytes >> 10) GiB, \(system)\(load)"
    }
}
