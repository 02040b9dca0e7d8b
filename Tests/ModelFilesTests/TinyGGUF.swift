import ModelFiles
import TestSupport

/// A small valid GGUF file as a value that tests bend before they write it.
struct TinyGGUF {
    enum Value {
        case u32(UInt32), u64(UInt64), i32(Int32), f32(Float), bool(UInt8), string(String)
        case strings([String]), i32s([Int32]), raw(type: UInt32, [UInt8])
    }

    struct Entry {
        var name: String, dimensions: [UInt64], type: UInt32, offset: UInt64, data: [UInt8]
        /// Stands in the table; its data are there in any case.
        var isListed = true
    }

    var magic = Array("GGUF".utf8), version: UInt32 = 3
    var tensorCount: UInt64?, pairCount: UInt64?
    var pairs: [(key: String, value: Value)] = []
    var tensors: [Entry] = []
    var alignment = 32

    static let hidden = 32, intermediate = 256, vocabulary = 40, layers = 1

    /// Qwen2 of one layer; its tensors are of ten types, weights from `random`.
    static func qwen2(seed: UInt64 = 1) -> TinyGGUF {
        var random = SeededGenerator(seed), file = TinyGGUF()
        file.pairs = [
            ("general.architecture", .string("qwen2")), ("general.name", .string("tiny")),
            ("qwen2.block_count", .u32(UInt32(layers))), ("qwen2.context_length", .u32(64)),
            ("qwen2.embedding_length", .u32(UInt32(hidden))),
            ("qwen2.feed_forward_length", .u64(UInt64(intermediate))),
            ("qwen2.attention.head_count", .u32(2)), ("qwen2.attention.head_count_kv", .u32(1)),
            ("qwen2.rope.freq_base", .f32(10_000)), ("qwen2.attention.layer_norm_rms_epsilon", .f32(1e-6)),
            ("tokenizer.ggml.model", .string("gpt2")), ("tokenizer.ggml.pre", .string("qwen2")),
            ("tokenizer.ggml.tokens", .strings((0..<36).map { "t\($0)" } + ["<|im_start|>", "<|im_end|>"])),
            ("tokenizer.ggml.token_type", .i32s((0..<36).map { _ in 1 } + [3, 3])),
            ("tokenizer.ggml.merges", .strings(["t 1", "t 2", "t1 2"])),
            ("tokenizer.ggml.eos_token_id", .u32(37)), ("tokenizer.ggml.add_bos_token", .bool(0)),
            ("tokenizer.chat_template", .string("{{ messages }}")), ("general.alignment", .u32(32)),
        ]
        let (norm, wide) = ([hidden], [intermediate, hidden])
        let plan: [(String, [Int], UInt32)] = [
            ("token_embd.weight", [vocabulary, hidden], 8), ("output_norm.weight", norm, 0),
            ("output.weight", [vocabulary, hidden], 30), ("blk.0.attn_norm.weight", norm, 0),
            ("blk.0.attn_q.weight", [hidden, hidden], 2), ("blk.0.attn_q.bias", [hidden], 1),
            ("blk.0.attn_k.weight", [16, hidden], 3), ("blk.0.attn_k.bias", [16], 0),
            ("blk.0.attn_v.weight", [16, hidden], 6), ("blk.0.attn_v.bias", [16], 0),
            ("blk.0.attn_output.weight", [hidden, hidden], 7), ("blk.0.ffn_norm.weight", norm, 0),
            ("blk.0.ffn_gate.weight", wide, 8), ("blk.0.ffn_up.weight", wide, 2),
            ("blk.0.ffn_down.weight", [hidden, intermediate], 12),
        ]
        for (name, shape, type) in plan { file.add(name, shape, type, &random) }
        return file
    }

    /// Appends a tensor of random, finite weights behind the others.
    mutating func add(_ name: String, _ shape: [Int], _ type: UInt32, _ random: inout SeededGenerator) {
        let end = tensors.last.map { Int($0.offset) + $0.data.count } ?? 0
        tensors.append(
            Entry(
                name: name, dimensions: shape.reversed().map(UInt64.init), type: type,
                offset: UInt64((end + alignment - 1) / alignment * alignment),
                data: Self.weights(shape, type, &random)))
    }

    private static func weights(_ shape: [Int], _ type: UInt32, _ random: inout SeededGenerator) -> [UInt8] {
        // Numbers a block, bytes a block, where half-precision scales stand.
        let layouts: [UInt32: (Int, Int, [Int])] = [
            0: (1, 4, []), 1: (1, 2, [0]), 30: (1, 2, []), 2: (32, 18, [0]), 3: (32, 20, [0, 2]), 6: (32, 22, [0]),
            7: (32, 24, [0, 2]), 8: (32, 34, [0]), 12: (256, 144, [0, 2]), 13: (256, 176, [0, 2]),
            14: (256, 210, [208]),
        ]
        guard let (numbers, size, scales) = layouts[type] else { return [] }
        var bytes: [UInt8] = []
        for _ in 0..<shape.reduce(1, *) / numbers {
            var block = random.bytes(size)
            for offset in scales { (block[offset], block[offset + 1]) = (block[offset], block[offset + 1] & 0x3B) }
            if type == 0 { block[3] = 0x3F }
            if type == 30 { block[1] = 0x3F }
            bytes += block
        }
        return bytes
    }

    mutating func set(_ key: String, _ value: Value?) {
        pairs.removeAll { $0.key == key }
        if let value { pairs.append((key, value)) }
    }

    mutating func edit(_ tensor: String, _ change: (inout Entry) -> Void) {
        for index in tensors.indices where tensors[index].name == tensor { change(&tensors[index]) }
    }

    mutating func unlist(_ matches: (String) -> Bool) {
        for index in tensors.indices where matches(tensors[index].name) { tensors[index].isListed = false }
    }

    /// Bytes up to the data.
    var header: [UInt8] {
        var writer = ByteWriter(bytes: magic)
        writer.integer(version)
        writer.integer(tensorCount ?? UInt64(tensors.count(where: \.isListed)))
        writer.integer(pairCount ?? UInt64(pairs.count))
        for (key, value) in pairs {
            writer.text(key)
            Self.write(value, to: &writer)
        }
        for tensor in tensors where tensor.isListed {
            writer.text(tensor.name)
            writer.integer(UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { writer.integer(dimension) }
            writer.integer(tensor.type)
            writer.integer(tensor.offset)
        }
        return writer.bytes
    }

    /// The whole file; data of tensors whose offset was bent lie where they lay.
    var bytes: [UInt8] {
        var writer = ByteWriter(bytes: header)
        for tensor in tensors {
            writer.pad(to: alignment)
            writer.bytes += tensor.data
        }
        return writer.bytes
    }

    private static func write(_ value: Value, to writer: inout ByteWriter) {
        switch value {
        case .u32(let number):
            writer.integer(UInt32(4))
            writer.integer(number)
        case .u64(let number):
            writer.integer(UInt32(10))
            writer.integer(number)
        case .i32(let number):
            writer.integer(UInt32(5))
            writer.integer(number)
        case .f32(let number):
            writer.integer(UInt32(6))
            writer.integer(number.bitPattern)
        case .bool(let byte):
            writer.integer(UInt32(7))
            writer.integer(byte)
        case .string(let text):
            writer.integer(UInt32(8))
            writer.text(text)
        case .raw(let type, let bytes):
            writer.integer(type)
            writer.bytes += bytes
        case .strings(let texts):
            writer.integer(UInt32(9))
            writer.integer(UInt32(8))
            writer.integer(UInt64(texts.count))
            for text in texts { writer.text(text) }
        case .i32s(let numbers):
            writer.integer(UInt32(9))
            writer.integer(UInt32(5))
            writer.integer(UInt64(numbers.count))
            for number in numbers { writer.integer(number) }
        }
    }
}
