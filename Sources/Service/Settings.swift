import Foundation
import OrderedJSON

/// What a server is told: flags before environment before file before default. `Config/kinglet.yaml` explains each key.
public struct Settings: Sendable, Hashable {
    public struct Server: Sendable, Hashable {
        public var host = "127.0.0.1"
        public var port = 8080
        public var headerTimeout = Duration.seconds(10)
        public var bodyTimeout = Duration.seconds(30)
        public var idleTimeout = Duration.seconds(60)
        public var maxBodyBytes = 1024 * 1024
        public var maxConnections = 4096
        public var drain = Duration.seconds(10)
    }

    public struct Model: Sendable, Hashable {
        public var path = "qwen2.5-coder-0.5b-instruct"
        public var format = "w8a8"
        public var threads = 0
    }

    public struct Engine: Sendable, Hashable {
        public var kvCacheMiB = 0
        public var maxBatchTokens = 512
        public var maxRunning = 256
        public var maxWaiting = 512
    }

    public struct Calling: Sendable, Hashable {
        public var pools = "pools"
        public var adapters = "adapters"
        public var pool = "smart-home"
        public var topK = 10
        public var retriever = "lexical"
        /// `calibrated` or `greedy`.
        public var choosing = "calibrated"
        /// Folder of what `kinglet calibrate` wrote, one file a pool.
        public var choices = "choices"
        public var maxTokens = 256
    }

    public struct Log: Sendable, Hashable {
        public var level = "info"
        public var format = "text"
    }

    public var server = Server()
    public var model = Model()
    public var engine = Engine()
    public var calling = Calling()
    public var log = Log()
    public var state = "state"
    /// Relative paths start here: the folder of the file, else the working folder.
    public var folder = FileManager.default.currentDirectoryPath

    public init() {}

    /// An absolute path of a setting.
    public func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : URL(fileURLWithPath: folder).appendingPathComponent(path).standardizedFileURL.path
    }
}

extension Settings {
    /// Reads one tree of settings, strictly.
    ///
    /// - Throws: `FieldError` that names the key.
    init(_ tree: JSONValue) throws(FieldError) {
        var root = try FieldReader(tree)
        if var fields = try root.optionalObject("server") {
            server.host = try fields.optionalString("host") ?? server.host
            server.port = try fields.optionalInt("port", in: 0...65535) ?? server.port
            server.headerTimeout = try fields.seconds("header_timeout_seconds") ?? server.headerTimeout
            server.bodyTimeout = try fields.seconds("body_timeout_seconds") ?? server.bodyTimeout
            server.idleTimeout = try fields.seconds("idle_timeout_seconds") ?? server.idleTimeout
            server.maxBodyBytes =
                try fields.optionalInt("max_body_kib", in: 1...1 << 20).map { $0 << 10 }
                ?? server.maxBodyBytes
            server.maxConnections =
                try fields.optionalInt("max_connections", in: 1...1_000_000)
                ?? server.maxConnections
            server.drain = try fields.seconds("drain_seconds") ?? server.drain
            try fields.finish()
        }
        if var fields = try root.optionalObject("model") {
            model.path = try fields.optionalString("path") ?? model.path
            model.format = try fields.optionalChoice("format", ["w8a8", "bf16", "f32"]) ?? model.format
            model.threads = try fields.optionalInt("threads", in: 0...1024) ?? model.threads
            try fields.finish()
        }
        if var fields = try root.optionalObject("engine") {
            engine.kvCacheMiB = try fields.optionalInt("kv_cache_mib", in: 0...1 << 20) ?? engine.kvCacheMiB
            engine.maxBatchTokens = try fields.optionalInt("max_batch_tokens", in: 16...65536) ?? engine.maxBatchTokens
            engine.maxRunning = try fields.optionalInt("max_running", in: 1...4096) ?? engine.maxRunning
            engine.maxWaiting = try fields.optionalInt("max_waiting", in: 0...1_000_000) ?? engine.maxWaiting
            try fields.finish()
        }
        if var fields = try root.optionalObject("calling") {
            calling.pools = try fields.optionalString("pools") ?? calling.pools
            calling.adapters = try fields.optionalString("adapters") ?? calling.adapters
            calling.pool = try fields.optionalString("pool") ?? calling.pool
            calling.topK = try fields.optionalInt("top_k", in: 1...64) ?? calling.topK
            calling.retriever = try fields.optionalChoice("retriever", ["lexical", "all"]) ?? calling.retriever
            calling.choosing = try fields.optionalChoice("choosing", ["greedy", "calibrated"]) ?? calling.choosing
            calling.choices = try fields.optionalString("choices") ?? calling.choices
            calling.maxTokens = try fields.optionalInt("max_tokens", in: 16...4096) ?? calling.maxTokens
            try fields.finish()
        }
        if var fields = try root.optionalObject("log") {
            log.level =
                try fields.optionalChoice(
                    "level", ["trace", "debug", "info", "notice", "warning", "error"]) ?? log.level
            log.format = try fields.optionalChoice("format", ["text", "json"]) ?? log.format
            try fields.finish()
        }
        state = try root.optionalString("state") ?? state
        try root.finish()
    }
}

extension FieldReader {
    fileprivate mutating func seconds(_ name: String) throws(FieldError) -> Duration? {
        try optionalDouble(name, in: 0.001...86400).map { .seconds($0) }
    }

    fileprivate mutating func optionalChoice(_ name: String, _ choices: [String]) throws(FieldError) -> String? {
        guard let value = try optionalString(name) else { return nil }
        guard choices.contains(value) else {
            throw FieldError(
                path: path(of: name), reason: .outOfRange,
                message: "\(path(of: name)) is \"\(value)\"; it must be one of \(choices.joined(separator: ", "))")
        }
        return value
    }
}
