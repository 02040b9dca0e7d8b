"""A decoder of a few thousand random numbers in Hugging Face's form, that commands read in no time.

    write_model("small", layers=3)

Its tokenizer is that of Tests/ModelFilesTests/Fixtures/tiny-qwen2; head size 16 is the least that the kernels compute.
"""
import json
import pathlib
import random
import shutil
import struct

FIXTURE = pathlib.Path(__file__).parents[1] / "ModelFilesTests" / "Fixtures" / "tiny-qwen2"
HIDDEN, HEADS, KV_HEADS, HEAD, FFN = 64, 4, 2, 16, 128

# ChatML, as Qwen has it.
TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + "
    "'\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}")


def tensors(layers, vocabulary):
    """Names and shapes of Qwen2."""
    yield "model.embed_tokens.weight", (vocabulary, HIDDEN)
    for layer in range(layers):
        name = f"model.layers.{layer}."
        for part, rows in (("q", HEADS * HEAD), ("k", KV_HEADS * HEAD), ("v", KV_HEADS * HEAD)):
            yield f"{name}self_attn.{part}_proj.weight", (rows, HIDDEN)
            yield f"{name}self_attn.{part}_proj.bias", (rows,)
        yield f"{name}self_attn.o_proj.weight", (HIDDEN, HEADS * HEAD)
        yield f"{name}mlp.gate_proj.weight", (FFN, HIDDEN)
        yield f"{name}mlp.up_proj.weight", (FFN, HIDDEN)
        yield f"{name}mlp.down_proj.weight", (HIDDEN, FFN)
        yield f"{name}input_layernorm.weight", (HIDDEN,)
        yield f"{name}post_attention_layernorm.weight", (HIDDEN,)
    yield "model.norm.weight", (HIDDEN,)


def write_model(folder, layers=3, seed=1):
    """Writes the folder; the same seed gives the same bytes."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    config = json.loads((FIXTURE / "config.json").read_text())
    config.update(
        hidden_size=HIDDEN, intermediate_size=FFN, num_hidden_layers=layers, num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS, head_dim=HEAD, max_position_embeddings=4096, tie_word_embeddings=True,
        layer_types=["full_attention"] * layers, max_window_layers=layers, torch_dtype="float32", dtype="float32")
    (folder / "config.json").write_text(json.dumps(config))
    for name in ("tokenizer.json", "generation_config.json", "special_tokens_map.json"):
        shutil.copy(FIXTURE / name, folder / name)
    settings = json.loads((FIXTURE / "tokenizer_config.json").read_text())
    settings["chat_template"] = TEMPLATE
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    draw, header, data = random.Random(seed), {}, bytearray()
    for name, shape in tensors(layers, config["vocab_size"]):
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        values = [1.0] * count if "norm" in name else [draw.gauss(0, 0.05) for _ in range(count)]
        start = len(data)
        data += struct.pack(f"<{count}f", *values)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, len(data)]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    return str(folder)
