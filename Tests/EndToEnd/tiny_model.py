"""A Hugging Face folder with a tiny random Qwen2 whose tokens are bytes, a pool and samples: for trainings of seconds.

    python3 tiny_model.py FOLDER     writes model/, pool.json, train.jsonl
"""
import array
import json
import pathlib
import random
import struct
import sys

SHAPE = dict(hidden_size=128, intermediate_size=192, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2)
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEMPLATE = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def vocabulary():
    """GPT-2's alphabet of bytes, then the special tokens."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    tokens = [chr(byte if byte in printable else next(others)) for byte in range(256)]
    return {token: number for number, token in enumerate(tokens)}


def tensors(seed):
    """Names, shapes and numbers."""
    draw = random.Random(seed)
    hidden, inner = SHAPE["hidden_size"], SHAPE["intermediate_size"]
    keys = hidden // SHAPE["num_attention_heads"] * SHAPE["num_key_value_heads"]
    yield "model.embed_tokens.weight", [256 + len(SPECIAL), hidden], 0.3, 0, draw
    for layer in range(SHAPE["num_hidden_layers"]):
        at = f"model.layers.{layer}."
        for name, rows, columns in [
            ("self_attn.q_proj", hidden, hidden), ("self_attn.k_proj", keys, hidden), ("self_attn.v_proj", keys, hidden),
            ("self_attn.o_proj", hidden, hidden), ("mlp.gate_proj", inner, hidden), ("mlp.up_proj", inner, hidden),
            ("mlp.down_proj", hidden, inner),
        ]:
            yield f"{at}{name}.weight", [rows, columns], 0.09, 0, draw
            if name.split(".")[1] in ("q_proj", "k_proj", "v_proj"):
                yield f"{at}{name}.bias", [rows], 0.2, 0, draw
        for name in ("input_layernorm", "post_attention_layernorm"):
            yield f"{at}{name}.weight", [hidden], 0.1, 1, draw
    yield "model.norm.weight", [hidden], 0.1, 1, draw


def write_model(folder, seed=1):
    folder.mkdir(parents=True)
    header, data = {}, bytearray()
    for name, shape, scale, middle, draw in tensors(seed):
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        start = len(data)
        data += array.array("f", (middle + draw.gauss(0, scale) for _ in range(count))).tobytes()
        header[name] = dict(dtype="F32", shape=shape, data_offsets=[start, len(data)])
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(data))
    config = dict(
        architectures=["Qwen2ForCausalLM"], model_type="qwen2", vocab_size=256 + len(SPECIAL), max_position_embeddings=8192,
        rms_norm_eps=1e-6, rope_theta=10000.0, tie_word_embeddings=True, hidden_act="silu", torch_dtype="float32",
        eos_token_id=258, bos_token_id=256, **SHAPE,
    )
    added = [
        dict(id=256 + i, content=s, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
        for i, s in enumerate(SPECIAL)
    ]
    byte_level = dict(type="ByteLevel", add_prefix_space=False, trim_offsets=False, use_regex=False)
    split = dict(type="Split", pattern=dict(Regex=PATTERN), behavior="Isolated", invert=False)
    tokenizer = dict(
        version="1.0", truncation=None, padding=None, added_tokens=added, normalizer=dict(type="NFC"),
        pre_tokenizer=dict(type="Sequence", pretokenizers=[split, byte_level]), post_processor=byte_level,
        decoder=byte_level, model=dict(
            type="BPE", dropout=None, unk_token=None, continuing_subword_prefix="", end_of_word_suffix="",
            fuse_unk=False, byte_fallback=False, vocab=vocabulary(), merges=[],
        ),
    )
    settings = dict(
        tokenizer_class="Qwen2Tokenizer", eos_token="<|im_end|>", pad_token="<|endoftext|>", chat_template=TEMPLATE,
        model_max_length=8192,
    )
    for name, value in [("config", config), ("tokenizer", tokenizer), ("tokenizer_config", settings)]:
        (folder / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")


def write_data(folder, samples, seed=2):
    folder.mkdir(exist_ok=True)
    draw = random.Random(seed)
    room = dict(type="string", enum=["kitchen", "hall"])
    functions = [
        dict(name=name, description=about, parameters=dict(type="object", properties=dict(room=room), required=["room"]))
        for name, about in [("light_on", "Turn the light on."), ("light_off", "Turn the light off.")]
    ]
    (folder / "pool.json").write_text(json.dumps(dict(functions=functions)) + "\n")
    lines, known = [], set()
    while len(lines) < samples:
        state, place = draw.choice(["on", "off"]), draw.choice(["kitchen", "hall"])
        query = f"{draw.choice(['please ', '', 'now '])}{state} in the {place} {draw.randrange(100)}"
        if query in known:
            continue
        known.add(query)
        lines.append(json.dumps(dict(query=query, expected=[dict(function=f"light_{state}", parameters=dict(room=place))])))
    (folder / "train.jsonl").write_text("\n".join(lines) + "\n")


def write(folder, samples=24):
    folder = pathlib.Path(folder)
    write_model(folder / "model")
    write_data(folder, samples)


if __name__ == "__main__":
    write(sys.argv[1])
