/// The tensors of a qwen2, qwen3 or llama decoder: one vocabulary for GGUF and Hugging Face files.
public enum TensorName: Hashable, Sendable, CustomStringConvertible {
    case tokenEmbedding, outputNorm, output
    case attentionNorm(Int)
    case query(Int), key(Int), value(Int)
    case queryBias(Int), keyBias(Int), valueBias(Int)
    case queryNorm(Int), keyNorm(Int)
    case attentionOutput(Int)
    case feedForwardNorm(Int)
    case gate(Int), up(Int), down(Int)

    /// The name in GGUF files, and in messages.
    public var description: String {
        switch self {
        case .tokenEmbedding: "token_embd.weight"
        case .outputNorm: "output_norm.weight"
        case .output: "output.weight"
        case .attentionNorm(let layer): "blk.\(layer).attn_norm.weight"
        case .query(let layer): "blk.\(layer).attn_q.weight"
        case .key(let layer): "blk.\(layer).attn_k.weight"
        case .value(let layer): "blk.\(layer).attn_v.weight"
        case .queryBias(let layer): "blk.\(layer).attn_q.bias"
        case .keyBias(let layer): "blk.\(layer).attn_k.bias"
        case .valueBias(let layer): "blk.\(layer).attn_v.bias"
        case .queryNorm(let layer): "blk.\(layer).attn_q_norm.weight"
        case .keyNorm(let layer): "blk.\(layer).attn_k_norm.weight"
        case .attentionOutput(let layer): "blk.\(layer).attn_output.weight"
        case .feedForwardNorm(let layer): "blk.\(layer).ffn_norm.weight"
        case .gate(let layer): "blk.\(layer).ffn_gate.weight"
        case .up(let layer): "blk.\(layer).ffn_up.weight"
        case .down(let layer): "blk.\(layer).ffn_down.weight"
        }
    }

    /// The name in Hugging Face files.
    public var huggingFace: String {
        switch self {
        case .tokenEmbedding: "model.embed_tokens.weight"
        case .outputNorm: "model.norm.weight"
        case .output: "lm_head.weight"
        case .attentionNorm(let layer): "model.layers.\(layer).input_layernorm.weight"
        case .query(let layer): "model.layers.\(layer).self_attn.q_proj.weight"
        case .key(let layer): "model.layers.\(layer).self_attn.k_proj.weight"
        case .value(let layer): "model.layers.\(layer).self_attn.v_proj.weight"
        case .queryBias(let layer): "model.layers.\(layer).self_attn.q_proj.bias"
        case .keyBias(let layer): "model.layers.\(layer).self_attn.k_proj.bias"
        case .valueBias(let layer): "model.layers.\(layer).self_attn.v_proj.bias"
        case .queryNorm(let layer): "model.layers.\(layer).self_attn.q_norm.weight"
        case .keyNorm(let layer): "model.layers.\(layer).self_attn.k_norm.weight"
        case .attentionOutput(let layer): "model.layers.\(layer).self_attn.o_proj.weight"
        case .feedForwardNorm(let layer): "model.layers.\(layer).post_attention_layernorm.weight"
        case .gate(let layer): "model.layers.\(layer).mlp.gate_proj.weight"
        case .up(let layer): "model.layers.\(layer).mlp.up_proj.weight"
        case .down(let layer): "model.layers.\(layer).mlp.down_proj.weight"
        }
    }

    /// Which of the two names a file uses.
    enum Style: Sendable { case gguf, huggingFace }

    /// The name as the file's format writes it.
    func text(_ style: Style) -> String { style == .gguf ? description : huggingFace }
}
