"""Writes the seeds that fuzzing starts from into Corpora/. Findings lie beside them as finding-* and are kept."""
import json
import pathlib
import struct

CORPORA = pathlib.Path(__file__).parent / "Corpora"


def put(target: str, name: str, data: bytes | str) -> None:
    folder = CORPORA / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def http1() -> None:
    host = "Host: a\r\n"
    put("http1", "get", f"GET /healthz HTTP/1.1\r\n{host}\r\n")
    put("http1", "pipelined", f"GET /now/a%20b?x=1 HTTP/1.1\r\n{host}\r\nHEAD /healthz HTTP/1.1\r\n{host}\r\n" * 2)
    put("http1", "length", f"POST /echo HTTP/1.1\r\n{host}Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello")
    put("http1", "chunks", f"POST /echo HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n"
        "5;a=\"b\"\r\nhello\r\n0\r\nX: y\r\n\r\n")
    put("http1", "old", "GET http://a/healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    put("http1", "options", f"OPTIONS * HTTP/1.1\r\n{host}Connection: close\r\n\r\n")
    put("http1", "smuggling", f"POST /echo HTTP/1.1\r\n{host}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")


def http2() -> None:
    def record(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
        return bytes([kind, flags, stream, len(payload)]) + payload

    get = b"\x82\x86\x84\x41\x01a"  # GET, http, /, authority a
    post = b"\x83\x86\x44\x05/echo\x41\x01a"
    put("http2", "get", b"\0" + record(1, 5, 1, get) + record(1, 5, 3, b"\x82\x86\x44\x08/healthz\x41\x01a"))
    put("http2", "post", b"\0" + record(1, 4, 1, post) + record(0, 0, 1, b"hel") + record(0, 1, 1, b"lo"))
    put("http2", "continued", b"\0" + record(1, 1, 1, get[:3]) + record(9, 4, 1, get[3:]))
    put("http2", "trailers", b"\2" + record(1, 4, 1, post) + record(0, 8, 1, b"\1ab\0") + record(1, 5, 1, b"\0\1x\1y"))
    put("http2", "control", b"\2" + record(4, 0, 0, struct.pack(">HI", 4, 1)) + record(6, 0, 0, b"12345678")
        + record(8, 0, 0, struct.pack(">I", 100)) + record(1, 5, 1, get) + record(3, 0, 1, struct.pack(">I", 8))
        + record(7, 0, 0, struct.pack(">II", 1, 0)))
    put("http2", "raw", b"\1" + bytes([0, 0, 6, 1, 5, 0, 0, 0, 1]) + get)


def bodies() -> None:
    tool = {"name": "set_light", "description": "Switches a light",
            "parameters": {"type": "object", "properties": {"on": {"type": "boolean"}}, "required": ["on"]}}
    put("json", "call", json.dumps({"query": "light on", "functions": [tool], "top_k": 3, "seed": 1, "explain": True,
        "history": [{"role": "user", "content": "hi"}], "context": {"time": "2026-11-24T10:00:00+01:00"}}))
    put("json", "chat", json.dumps({"model": "m", "messages": [{"role": "system", "content": "s"},
        {"role": "user", "content": [{"type": "text", "text": "on"}]}], "tools": [{"type": "function", "function": tool}],
        "tool_choice": {"type": "function", "function": {"name": "set_light"}}, "stop": ["\n"], "n": 2, "logprobs": True,
        "top_logprobs": 2, "stream": True, "stream_options": {"include_usage": True}, "temperature": 0.5}))
    put("json", "format", json.dumps({"model": "m", "messages": [{"role": "user", "content": "x"}],
        "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": tool["parameters"]}}}))
    put("json", "completion", json.dumps({"model": "m", "prompt": [[1, 2], [3]], "max_tokens": 5, "logprobs": 1}))
    put("json", "embedding", json.dumps({"input": ["a", "b"], "encoding_format": "base64", "dimensions": 8}))
    put("json", "values", '[-0, 0.5e-3, 1e308, 9223372036854775807, "\\ud83d\\ude00\\u0000\\n", null, true, {"": {}}]')
    put("json", "openapi", json.dumps({"openapi": "3.1.0", "paths": {"/a/{b}": {"get": {"operationId": "f",
        "parameters": [{"name": "b", "in": "path", "required": True, "schema": {"$ref": "#/components/schemas/B"}}]}}},
        "components": {"schemas": {"B": {"type": "string"}}}}))
    put("json", "luis", json.dumps({"luis_schema_version": "7.0.0", "intents": [{"name": "A"}],
        "entities": [{"name": "e"}], "utterances": [{"text": "light on", "intent": "A",
        "entities": [{"entity": "e", "startPos": 0, "endPos": 4}]}]}))


def schemas() -> None:
    put("schema", "object", json.dumps({"type": "object", "properties": {"a": {"type": "string", "maxLength": 5},
        "b": {"enum": ["x", 1, None]}, "c": {"type": "integer", "minimum": -5, "maximum": 300}},
        "required": ["a"], "additionalProperties": False}))
    put("schema", "array", json.dumps({"type": "array", "items": {"type": "number", "multipleOf": 0.5},
        "minItems": 1, "maxItems": 3, "uniqueItems": True}))
    put("schema", "pattern", json.dumps({"type": "string", "pattern": "^(a|[b-d]{2,3}\\d?)+$"}))
    put("schema", "recursive", json.dumps({"$defs": {"n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}}},
        "$ref": "#/$defs/n"}))
    put("schema", "branches", json.dumps({"anyOf": [{"type": "string", "format": "date"}, {"const": {"k": [1]}}],
        "allOf": [{"not": {"type": "null"}}]}))
    put("schema", "one", json.dumps({"oneOf": [{"type": "boolean"}, {"type": "string", "format": "time"}]}))
    put("schema", "tuple", json.dumps({"prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False}))


def gguf() -> None:
    def text(value: str) -> bytes:
        return struct.pack("<Q", len(value)) + value.encode()

    def strings(values: list[str]) -> bytes:
        return struct.pack("<IIQ", 9, 8, len(values)) + b"".join(map(text, values))

    def u32(value: int) -> bytes:
        return struct.pack("<II", 4, value)

    tokens = [f"t{index}" for index in range(36)] + ["<|im_start|>", "<|im_end|>"]
    pairs = {
        "general.architecture": struct.pack("<I", 8) + text("qwen2"), "qwen2.block_count": u32(1),
        "qwen2.context_length": u32(64), "qwen2.embedding_length": u32(32), "qwen2.feed_forward_length": u32(32),
        "qwen2.attention.head_count": u32(2), "qwen2.attention.head_count_kv": u32(1),
        "qwen2.rope.freq_base": struct.pack("<If", 6, 10000), "general.alignment": u32(32),
        "qwen2.attention.layer_norm_rms_epsilon": struct.pack("<If", 6, 1e-6),
        "tokenizer.ggml.model": struct.pack("<I", 8) + text("gpt2"),
        "tokenizer.ggml.pre": struct.pack("<I", 8) + text("qwen2"), "tokenizer.ggml.tokens": strings(tokens),
        "tokenizer.ggml.token_type": struct.pack("<IIQ", 9, 5, 38) + struct.pack("<38i", *([1] * 36 + [3, 3])),
        "tokenizer.ggml.merges": strings(["t 1", "t 2", "t1 2"]), "tokenizer.ggml.eos_token_id": u32(37),
        "tokenizer.ggml.add_bos_token": struct.pack("<IB", 7, 0),
        "tokenizer.chat_template": struct.pack("<I", 8) + text("{{ messages }}"),
    }
    shapes = {"token_embd.weight": [38, 32], "output_norm.weight": [32], "blk.0.attn_norm.weight": [32],
        "blk.0.attn_q.weight": [32, 32], "blk.0.attn_q.bias": [32], "blk.0.attn_k.weight": [16, 32],
        "blk.0.attn_k.bias": [16], "blk.0.attn_v.weight": [16, 32], "blk.0.attn_v.bias": [16],
        "blk.0.attn_output.weight": [32, 32], "blk.0.ffn_norm.weight": [32], "blk.0.ffn_gate.weight": [32, 32],
        "blk.0.ffn_up.weight": [32, 32], "blk.0.ffn_down.weight": [32, 32]}

    def table(shapes: dict[str, list[int]]) -> tuple[bytes, bytes]:
        entries, data = b"", b""
        for name, shape in shapes.items():
            numbers = shape[0] * (shape[1] if len(shape) > 1 else 1)
            quantized = len(shape) > 1
            entries += text(name) + struct.pack("<I", len(shape))
            entries += b"".join(struct.pack("<Q", extent) for extent in reversed(shape))
            entries += struct.pack("<IQ", 8 if quantized else 0, len(data))
            data += (b"\x00\x3c" + bytes(32)) * (numbers // 32) if quantized else struct.pack("<f", 1) * numbers
            data += bytes(-len(data) % 32)
        return entries, data

    for name, some in [("whole", shapes), ("no-tensors", {})]:
        entries, data = table(some)
        head = b"GGUF" + struct.pack("<IQQ", 3, len(some), len(pairs))
        head += b"".join(text(key) + value for key, value in pairs.items()) + entries
        put("gguf", name, head + bytes(-len(head) % 32) + data)


def safetensors() -> None:
    def file(header: object, data: bytes) -> bytes:
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + data

    put("safetensors", "two", file({"__metadata__": {"format": "pt"},
        "a": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},
        "b": {"dtype": "BF16", "shape": [4], "data_offsets": [16, 24]}}, bytes(24)))
    put("safetensors", "empty", file({}, b""))
    put("safetensors", "scalar", file({"s": {"dtype": "F16", "shape": [], "data_offsets": [0, 2]}}, bytes(2)))


def tokenizers() -> None:
    config = {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "hidden_size": 32, "num_hidden_layers": 1,
        "intermediate_size": 32, "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 6,
        "max_position_embeddings": 64, "rms_norm_eps": 1e-6, "rope_theta": 10000, "tie_word_embeddings": True,
        "hidden_act": "silu", "eos_token_id": 5, "torch_dtype": "float32"}
    tokenizer = {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]},
        "added_tokens": [{"id": 4, "content": "<|im_start|>", "special": True},
                         {"id": 5, "content": "<|im_end|>", "special": True}],
        "normalizer": {"type": "NFC"}, "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False}}
    settings = {"eos_token": "<|im_end|>", "chat_template": "{{ messages }}"}
    put("tokenizer", "bpe", "\n--\n".join(map(json.dumps, [config, tokenizer, settings])))
    tokenizer["model"]["merges"] = [["a", "b"]]
    put("tokenizer", "bpe-pairs", "\n--\n".join(map(json.dumps, [config, tokenizer])))
    bert = {"model_type": "bert", "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 64, "vocab_size": 6, "max_position_embeddings": 64, "type_vocab_size": 2,
        "layer_norm_eps": 1e-12, "hidden_act": "gelu", "position_embedding_type": "absolute"}
    pieces = {"model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "##b": 5}},
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"}}
    put("tokenizer", "wordpiece", "\n--\n".join(map(json.dumps, [bert, pieces])))


def yaml() -> None:
    put("yaml", "pool", "functions:\n- name: light_on\n  description: Switches it on\n  domain: light\n  parameters:\n"
        "    type: object\n    properties:\n      room: {type: string, enum: [kitchen, bath]}\n  examples: [light on]\n")
    put("yaml", "adapter", "output: luis\nfunctions:\n  light_on:\n    domain: Light\n    intent: On\n    parameters:\n"
        "      room: Room\n")
    put("yaml", "settings", "server:\n  port: 8080\nlimits:\n  top_k: 4\nlog: {format: json}\n")
    put("yaml", "anchors", "a: &x [1, 0x10, 1.5e3, ~, yes, 2026-11-24]\nb: *x\nc: |\n  text\n  more\nd: >-\n  folded\n")
    put("yaml", "rasa", "version: '3.1'\nintents: [greet]\nnlu:\n- intent: greet\n  examples: |\n    - hi [Anna](name)\n"
        "    - bye [Bob]{\"entity\": \"name\"}\n")
    put("yaml", "terms", "- name: eco\n  text: saves power\n  phrases: [eco mode]\n")


for make in (http1, http2, bodies, schemas, gguf, safetensors, tokenizers, yaml):
    make()
