import Digests
import Documents
import Foundation
import OrderedCollections
import Tokenization

/// Why a prefix was not kept on disk, or not taken from there.
public enum PrefixFolderError: Error, Hashable, CustomStringConvertible {
    case damaged(path: String, reason: String)
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .damaged(let path, let reason): "\(path): \(reason); it is computed and written anew"
        case .cannotWrite(let path, let reason): "\(path): cannot be written: \(reason)"
        }
    }
}

/// Computed prefixes on disk, so that a server that starts again does not compute them again. Any thread.
///
/// A file is a line of JSON (`identity`, `tokens`, `block_bytes`, `sha256`), the tokens as 32-bit numbers of this machine,
/// then the blocks. Its name is the digest of identity and tokens; what is inside is compared all the same.
public struct PrefixFolder: Sendable, Hashable {
    public let path: String
    /// Of all files together; those that were not used for the longest time go.
    public let maximumBytes: Int

    public init(_ path: String, maximumBytes: Int = 1 << 30) { (self.path, self.maximumBytes) = (path, maximumBytes) }

    /// What was kept for a prefix; nil: nothing.
    ///
    /// - Parameter identity: model, formats and whatever else the numbers depend on.
    /// - Throws: `.damaged` for a file that is not what its name says.
    public func read(_ tokens: [TokenID], identity: String) throws(PrefixFolderError) -> SavedPrefix? {
        let path = file(tokens, identity)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
            let saved = try Self.parse(data, tokens, identity)
            // What is used stays longest.
            try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: path)
            return saved
        } catch let error as Unreadable {
            throw .damaged(path: path, reason: error.reason)
        } catch {
            throw .damaged(path: path, reason: "cannot be read")
        }
    }

    /// Written aside and renamed: nobody finds half of it.
    public func write(_ saved: SavedPrefix, of tokens: [TokenID], identity: String) throws(PrefixFolderError) {
        let path = file(tokens, identity)
        let header: JSONValue = [
            "identity": .string(identity), "tokens": .integer(saved.tokens.count),
            "block_bytes": .integer(saved.blockBytes), "sha256": .string(Self.digest(saved)),
        ]
        var data = Data((header.text() + "\n").utf8)
        saved.tokens.withUnsafeBytes { data.append(contentsOf: $0) }
        data.append(saved.bytes)
        do {
            try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw .cannotWrite(path: path, reason: error.localizedDescription)
        }
        makeRoom(keeping: path)
    }

    private func file(_ tokens: [TokenID], _ identity: String) -> String {
        var hash = SHA256()
        Data(identity.utf8).withUnsafeBytes { hash.update($0) }
        tokens.withUnsafeBytes { hash.update($0) }
        return "\(path)/\(hash.hexadecimal().prefix(40)).prefix"
    }

    private func makeRoom(keeping kept: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        var files = names.filter { $0.hasSuffix(".prefix") }.compactMap {
            name -> (path: String, used: Date, bytes: Int)? in
            let file = "\(path)/\(name)"
            guard let known = try? FileManager.default.attributesOfItem(atPath: file),
                let used = known[.modificationDate] as? Date, let bytes = known[.size] as? NSNumber
            else { return nil }
            return (file, used, bytes.intValue)
        }.sorted { $0.used > $1.used }
        var total = files.reduce(0) { $0 + $1.bytes }
        while total > maximumBytes, let last = files.popLast() {
            guard last.path != kept else { continue }
            try? FileManager.default.removeItem(atPath: last.path)
            total -= last.bytes
        }
    }

    private struct Unreadable: Error { let reason: String }

    private static func parse(_ data: Data, _ tokens: [TokenID], _ identity: String) throws -> SavedPrefix {
        guard let end = data.prefix(1 << 16).firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONValue(parsing: Data(data[data.startIndex..<end])),
            let count = header["tokens"]?.intValue, let blockBytes = header["block_bytes"]?.intValue
        else { throw Unreadable(reason: "has no header") }
        guard header["identity"]?.stringValue == identity, (0...tokens.count).contains(count) else {
            throw Unreadable(reason: "is of another model or prefix")
        }
        let body = data.suffix(from: data.index(after: end))
        guard body.count >= count * 4 else { throw Unreadable(reason: "is cut off") }
        var known = [TokenID](repeating: 0, count: count)
        known.withUnsafeMutableBytes { bytes in _ = body.prefix(count * 4).copyBytes(to: bytes) }
        guard tokens.starts(with: known) else { throw Unreadable(reason: "is of another prefix") }
        let saved = SavedPrefix(tokens: known, blockBytes: blockBytes, bytes: Data(body.dropFirst(count * 4)))
        guard digest(saved) == header["sha256"]?.stringValue else { throw Unreadable(reason: "is damaged") }
        return saved
    }

    private static func digest(_ saved: SavedPrefix) -> String {
        var hash = SHA256()
        saved.bytes.withUnsafeBytes { hash.update($0) }
        return hash.hexadecimal()
    }
}
