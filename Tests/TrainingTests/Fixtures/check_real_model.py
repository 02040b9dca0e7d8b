"""PyTorch and PEFT against Kinglet on a real model: gradients, and an adapter that Kinglet wrote.

    python3 check_real_model.py gradients FOLDER OUT     then: KINGLET_TEST_GRADIENTS=OUT swift test --filter RealGradientTests
    python3 check_real_model.py adapter FOLDER ADAPTER   loss of shuffled samples with and without the adapter

FOLDER is a Hugging Face folder of the model (`kinglet merge` writes one). OUT gets gradients.json and
gradients.safetensors in the layout of make_gradients.py, without the weights: those are read from FOLDER.
transformers, peft >= 0.18, torch CPU, safetensors; seed 13, f32, 2 threads.
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


def samples():
    """A shared beginning, then what differs: the ids mean nothing."""
    generator = torch.Generator().manual_seed(13)
    ids = lambda count: torch.randint(100, 20000, (count,), generator=generator).tolist()
    shared, invocation = ids(150), [151644, 872, 198]
    made = [(shared + invocation + ids(n), ids(m) + [151645]) for n, m in [(12, 9), (20, 4), (5, 15)]]
    return made + [(ids(30) + invocation + ids(9), ids(6) + [151645])], invocation


def load(folder):
    model = transformers.Qwen2ForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
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


def gradients(folder, out):
    data, invocation = samples()
    tensors, losses = {}, {}
    for case, tokens in [("lora", None), ("alora", invocation)]:
        config = peft.LoraConfig(
            r=RANK, lora_alpha=ALPHA, task_type="CAUSAL_LM", target_modules=NAMES, alora_invocation_tokens=tokens
        )
        model = peft.get_peft_model(load(folder), config)
        torch.manual_seed(14)
        plain = lambda name: name.replace(".default", "")
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                parameter.data = torch.randn_like(parameter) * 0.02
        losses[case] = run(model, data)
        for name, parameter in model.named_parameters():
            if "lora_" in name:
                tensors[f"adapter/{plain(name)}"] = parameter.detach().clone()
                tensors[f"{case}/{plain(name)}"] = parameter.grad.clone()
        print(case, losses[case])
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / "gradients.safetensors")
    about = dict(
        model=str(pathlib.Path(folder).resolve()), rank=RANK, alpha=ALPHA, invocation=invocation, losses=losses,
        samples=[dict(prompt=p, completion=c) for p, c in data],
    )
    (out / "gradients.json").write_text(json.dumps(about) + "\n")


def adapter(folder, path):
    data, _ = samples()
    print("without", run(load(folder), data))
    print("with   ", run(peft.PeftModel.from_pretrained(load(folder), path), data))


if __name__ == "__main__":
    torch.set_num_threads(2)
    {"gradients": gradients, "adapter": adapter}[sys.argv[1]](*sys.argv[2:])
