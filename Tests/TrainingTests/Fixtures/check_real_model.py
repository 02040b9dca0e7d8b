"""PyTorch and PEFT against Kinglet on a real model: gradients, and an adapter that Kinglet wrote.

    python3 check_real_model.py gradients MODEL OUT [CASE ...]   then: KINGLET_TEST_GRADIENTS=OUT swift test --filter RealGradientTests
    python3 check_real_model.py adapter MODEL ADAPTER            loss of shuffled samples with and without the adapter

MODEL is a GGUF file or a Hugging Face folder. OUT gets gradients.json and gradients.safetensors in the layout of
make_gradients.py, without the weights: those are read from MODEL by both sides. Cases are full, lora and alora; all weights' gradients
lie in a file of their own. `make gradients` does all of it.
transformers, peft >= 0.18, torch CPU, safetensors, gguf; seed 13, f32, 2 threads; full takes 7 GB.
"""

import json
import pathlib
import sys

import peft
import torch
import transformers
from safetensors.torch import save_file

RANK, ALPHA = 4, 8
NAMES = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
CASES = ["lora", "alora", "full"]


def samples():
    """A shared beginning, then what differs: the ids mean nothing."""
    generator = torch.Generator().manual_seed(13)
    ids = lambda count: torch.randint(100, 20000, (count,), generator=generator).tolist()
    shared, invocation = ids(60), [151644, 872, 198]
    made = [(shared + invocation + ids(n), ids(m) + [151645]) for n, m in [(12, 9), (20, 4), (5, 15)]]
    return made + [(ids(30) + invocation + ids(9), ids(6) + [151645])], invocation


def load(path):
    path = pathlib.Path(path)
    place = (path.parent, dict(gguf_file=path.name)) if path.suffix == ".gguf" else (path, {})
    model = transformers.AutoModelForCausalLM.from_pretrained(
        place[0], dtype=torch.float32, attn_implementation="eager", **place[1]
    )
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    return model


def run(model, data):
    total, count = 0.0, sum(len(completion) for _, completion in data)
    for prompt, completion in data:
        tokens = torch.tensor([prompt + completion])
        logits = model(input_ids=tokens).logits[0, len(prompt) - 1 : -1]
        loss = torch.nn.functional.cross_entropy(logits, tokens[0, len(prompt) :], reduction="sum") / count
        if loss.requires_grad:
            loss.backward()
        total += loss.item()
    return total


def adapted(model, invocation):
    config = peft.LoraConfig(
        r=RANK, lora_alpha=ALPHA, task_type="CAUSAL_LM", target_modules=NAMES, alora_invocation_tokens=invocation
    )
    model = peft.get_peft_model(model, config)
    torch.manual_seed(14)
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            parameter.data = torch.randn_like(parameter) * 0.02
    return model


def gradients(path, out, *cases):
    data, invocation = samples()
    cases, losses, adapters, full = cases or CASES, {}, {}, {}
    for case in cases:
        model = load(path)
        if case == "full":
            model.requires_grad_(True)
        else:
            model = adapted(model, invocation if case == "alora" else None)
        losses[case] = run(model, data)
        for name, parameter in model.named_parameters():
            name, gradient = name.replace(".default", ""), parameter.grad
            if case == "full":
                full[f"full/{name}"] = gradient
            elif "lora_" in name:
                adapters |= {f"adapter/{name}": parameter.detach(), f"{case}/{name}": gradient}
        print(case, losses[case], flush=True)
        del model
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    for name, tensors in [("gradients", adapters), ("full", full)]:
        if tensors:
            save_file(tensors, out / f"{name}.safetensors")
    about = dict(
        model=str(pathlib.Path(path).resolve()), rank=RANK, alpha=ALPHA, invocation=invocation, losses=losses,
        samples=[dict(prompt=p, completion=c) for p, c in data],
    )
    (out / "gradients.json").write_text(json.dumps(about) + "\n")


def adapter(path, folder):
    data, _ = samples()
    print("without", run(load(path), data))
    print("with   ", run(peft.PeftModel.from_pretrained(load(path), folder), data))


if __name__ == "__main__":
    torch.set_num_threads(2)
    {"gradients": gradients, "adapter": adapter}[sys.argv[1]](*sys.argv[2:])
