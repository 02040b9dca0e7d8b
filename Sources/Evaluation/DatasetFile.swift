import Foundation
import Documents

/// Why a data set cannot be read: file, line and reason.
public struct DatasetError: Error, Hashable, CustomStringConvertible {
    public let path: String
    /// From 1; nil for the file as a whole.
    public let line: Int?
    public let reason: String

    package init(path: String, line: Int? = nil, reason: String) {
        (self.path, self.line, self.reason) = (path, line, reason)
    }

    public var description: String { "\(path)\(line.map { ":\($0)" } ?? ""): \(reason)" }
}

/// Files of JSON values, plain or gzip (`.gz`, by the program `gzip`).
enum DatasetFile {
    /// Bytes a file may have, unpacked.
    static let maximumBytes = 1 << 30

    static func bytes(_ path: String) throws(DatasetError) -> Data {
        if !path.hasSuffix(".gz") {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw DatasetError(path: path, reason: "cannot be read")
            }
            return data
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw DatasetError(path: path, reason: "cannot be read")
        }
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", "--", path]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw DatasetError(path: path, reason: "gzip does not run: \(error)")
        }
        var data = Data()
        while case let part = output.fileHandleForReading.readData(ofLength: 1 << 20), !part.isEmpty {
            data.append(part)
            if data.count > maximumBytes {
                process.terminate()
                throw DatasetError(path: path, reason: "has more than \(maximumBytes) bytes, unpacked")
            }
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw DatasetError(path: path, reason: "is no whole gzip file")
        }
        return data
    }

    /// One value a line; blank lines are skipped. `limit`: stop after so many.
    static func lines<Row>(
        _ path: String, limit: Int? = nil, _ read: (JSONValue) throws(FieldError) -> Row
    ) throws(DatasetError) -> [Row] {
        var rows: [Row] = []
        let lines = try bytes(path).split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
            if let limit, rows.count >= limit { break }
            let value: JSONValue
            do throws(JSONParseError) {
                value = try JSONValue(parsing: line)
            } catch {
                throw DatasetError(path: path, line: index + 1, reason: error.description)
            }
            do throws(FieldError) {
                rows.append(try read(value))
            } catch {
                throw DatasetError(path: path, line: index + 1, reason: error.description)
            }
        }
        return rows
    }
}
