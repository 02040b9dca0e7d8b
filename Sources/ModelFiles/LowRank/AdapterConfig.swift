import Documents
import Foundation
import OrderedCollections

/// What `adapter_config.json` says of an adapter, in PEFT's words.
struct AdapterConfig {
    let rank: Int, alpha: Float
    let invocation: [Int32]?

    /// - Throws: `.damaged` for what is no LoRA, or one of a kind that is not supported.
    init(_ text: AdapterParts.Text) throws(LowRankAdapterError) {
        let path = text.path
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text.bytes)
        } catch {
            throw .damaged(path: path, reason: "\(error)")
        }
        if let reason = Self.unsupported(value) { throw .damaged(path: path, reason: reason) }
        guard let rank = value["r"]?.intValue, (1...1024).contains(rank) else {
            throw .damaged(path: path, reason: "r is \(value["r"]?.text() ?? "missing"), not a number in 1...1024")
        }
        guard let alpha = value["lora_alpha"]?.doubleValue, Float(alpha).isFinite, alpha > 0 else {
            throw .damaged(
                path: path, reason: "lora_alpha is \(value["lora_alpha"]?.text() ?? "missing"), not a number above 0")
        }
        // Rank-stabilised LoRA divides by the root of the rank (arXiv 2312.03732).
        let isStabilised = value["use_rslora"]?.boolValue == true
        self.rank = rank
        self.alpha = Float(alpha) * (isStabilised ? Float(rank).squareRoot() : 1)
        invocation = try Self.invocation(value["alora_invocation_tokens"], path: path)
    }

    /// What it asks for that is not done here; nil if nothing.
    private static func unsupported(_ value: JSONValue) -> String? {
        guard value["peft_type"]?.stringValue == "LORA" else {
            return "peft_type is \(value["peft_type"]?.text() ?? "missing"), not LORA"
        }
        for key in ["use_dora", "fan_in_fan_out", "lora_bias"] where value[key]?.boolValue == true {
            return "\(key) is not supported"
        }
        for key in ["modules_to_save", "rank_pattern", "alpha_pattern", "trainable_token_indices", "target_parameters"]
        {
            let isEmpty = value[key].map {
                $0.isNull || $0.arrayValue?.isEmpty == true || $0.objectValue?.isEmpty == true
            }
            if isEmpty == false { return "\(key) is not supported" }
        }
        if let bias = value["bias"]?.stringValue, bias != "none" { return "bias \"\(bias)\" is not supported" }
        return nil
    }

    private static func invocation(_ value: JSONValue?, path: String) throws(LowRankAdapterError) -> [Int32]? {
        guard let value, !value.isNull else { return nil }
        let ids = (value.arrayValue ?? []).map { $0.intValue.flatMap(Int32.init(exactly:)) }
        guard !ids.isEmpty, !ids.contains(nil) else {
            throw .damaged(path: path, reason: "alora_invocation_tokens is no list of token ids")
        }
        return ids.compactMap { $0 }
    }
}
