import Inference
import Kernels
import Documents
import FunctionCalling

extension Settings {
    public struct Engine: SettingsSection {
        public var kvCacheMiB = 0
        /// `auto`: what goes with the weights.
        public var kvCacheFormat = "auto"
        public var maxBatchTokens = 512
        public var maxRunning = 256
        public var maxWaiting = 512
        /// 0: a request waits as long as it takes.
        public var maxWaitSeconds = 30.0
        public var draftTokens = 8
        /// A folder; `auto`: beside the fetched models; `none`.
        public var prefixFolder = "auto"

        public init() {}

        public mutating func read(_ fields: inout FieldReader) throws(FieldError) {
            kvCacheMiB = try fields.optionalInt("kv_cache_mib", in: 0...1 << 20) ?? kvCacheMiB
            kvCacheFormat =
                try fields.optionalChoice("kv_cache_format", ["auto"] + KVCacheShape.Element.allCases.map(\.rawValue))
                ?? kvCacheFormat
            maxBatchTokens = try fields.optionalInt("max_batch_tokens", in: 16...65536) ?? maxBatchTokens
            maxRunning = try fields.optionalInt("max_running", in: 1...4096) ?? maxRunning
            maxWaitSeconds = try fields.optionalDouble("max_wait_seconds", in: 0...3600) ?? maxWaitSeconds
            draftTokens = try fields.optionalInt("draft_tokens", in: 0...64) ?? draftTokens
            prefixFolder = try fields.optionalString("prefix_folder") ?? prefixFolder
            maxWaiting = try fields.optionalInt("max_waiting", in: 0...1_000_000) ?? maxWaiting
        }

        /// What `kvCacheFormat` asks for; nil for `auto`.
        public var kvCacheElement: KVCacheShape.Element? { KVCacheShape.Element(rawValue: kvCacheFormat) }
    }
}

extension Settings {
    /// What clients of a server may ask of its engine.
    package var admission: AdmissionBounds {
        AdmissionBounds(
            maxWait: engine.maxWaitSeconds > 0 ? .seconds(engine.maxWaitSeconds) : nil,
            promptTokens: limits.promptTokens > 0 ? limits.promptTokens : nil)
    }
}
