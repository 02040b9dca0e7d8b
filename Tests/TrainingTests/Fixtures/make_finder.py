"""Writes finder.safetensors and finder.json: InfoNCE and its gradients on the two lower layers of the tiny Qwen2 of
gradients.safetensors with its LoRA, by PyTorch autograd.

    python3 make_finder.py   (transformers, peft, torch CPU, safetensors; f32)

A case is a way to make a text's vector: "last" (the last token's normalised state) or "mean" (the mean of all normalised
states but the first). Each text runs on its own, whole. The loss is the mean over queries, and over what each wants, of the
cross entropy of the cosines by temperature among what it wants and all that it does not; then the mean over widths.
"""

import json
import pathlib

import peft
import torch
import transformers
from safetensors.torch import load_file, save_file

HERE = pathlib.Path(__file__).parent
LAYERS, TEMPERATURE, WIDTHS = 2, 0.2, [16, 6]
QUERIES = [[2, 5, 11, 4, 7], [2, 5, 11, 33], [2, 9, 4], [2, 40, 41, 42, 43, 44, 45]]
DOCUMENTS = [[2, 21, 3, 8, 6], [2, 30, 31], [2, 12, 13, 14, 15, 16, 17, 18], [2, 46, 7]]
WANTED = [[0], [1], [0, 2], [1]]


def adapted(about, tensors):
    shape = about["shape"] | {"num_hidden_layers": LAYERS}
    model = transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**shape, attn_implementation="eager")).float()
    weights = {n.removeprefix("weights/"): t for n, t in tensors.items() if n.startswith("weights/")}
    model.load_state_dict({n: weights[n] for n in model.state_dict() if n in weights}, strict=False)
    model = peft.get_peft_model(model, peft.LoraConfig(
        r=about["rank"], lora_alpha=about["alpha"], lora_dropout=0.0, task_type="CAUSAL_LM",
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]))
    for name, tensor in model.named_parameters():
        if "lora_" in name:
            tensor.data = tensors["adapter/" + name.replace(".default", "")].clone()
    return model


def states(model, texts, pooling):
    rows = []
    for text in texts:
        normed = model.base_model.model.model(input_ids=torch.tensor([text])).last_hidden_state[0]
        rows.append(normed[-1] if pooling == "last" else normed[1:].mean(0))
    return torch.stack(rows)


def loss(queries, documents):
    total = 0
    for width in WIDTHS:
        q = torch.nn.functional.normalize(queries[:, :width], dim=-1)
        d = torch.nn.functional.normalize(documents[:, :width], dim=-1)
        scores = q @ d.T / TEMPERATURE
        for row, wanted in zip(scores, WANTED):
            others = [i for i in range(len(DOCUMENTS)) if i not in wanted]
            for place in wanted:
                total = total + (torch.logsumexp(row[[place] + others], 0) - row[place]) / len(wanted)
    return total / len(QUERIES) / len(WIDTHS)


def main():
    about = json.loads((HERE / "gradients.json").read_text())
    tensors, found, losses = load_file(HERE / "gradients.safetensors"), {}, {}
    for pooling in ("last", "mean"):
        model = adapted(about, tensors)
        value = loss(states(model, QUERIES, pooling), states(model, DOCUMENTS, pooling))
        value.backward()
        losses[pooling] = value.item()
        for name, tensor in model.named_parameters():
            if tensor.grad is not None and "lora_" in name:
                found[f"{pooling}/{name.replace('.default', '')}"] = tensor.grad.clone().contiguous()
    save_file(found, HERE / "finder.safetensors")
    made_with = {m.__name__: m.__version__ for m in (torch, transformers, peft)}
    (HERE / "finder.json").write_text(json.dumps(dict(
        layers=LAYERS, temperature=TEMPERATURE, widths=WIDTHS, queries=QUERIES, documents=DOCUMENTS, wanted=WANTED,
        losses=losses, made_with=made_with), indent=1) + "\n")


main()
