"""Writes gradients.safetensors and gradients.json: losses and gradients of a tiny Qwen2 by PyTorch autograd; with the
argument qwen3 those of a tiny Qwen3, in qwen3/.

    python3 make_gradients.py [qwen3]   (transformers, peft >= 0.18 for activated LoRA, torch CPU, safetensors; seed 11, f32)

Tensors are named CASE/TENSOR: "weights" the model, "adapter" the factors of both adapters, then a gradient a case:
"full", "lora", "alora". The loss of a case is the mean over the completion tokens of all samples; each sample runs on
its own, whole and without padding, so that what Kinglet computes once stands there as often as it is needed.
gradients.json has the versions it was made with.
"""

import json
import pathlib
import sys

import peft
import torch
import transformers
from safetensors.torch import save_file

INVOCATION = [5, 9]
SHARED = [3, 17, 30, 8, 22, 1, 12, 40, 7]
SAMPLES = [  # prompt, completion
    (SHARED + [5, 9, 11, 4], [21, 2]),
    (SHARED + [5, 9, 33, 34, 35, 4], [20, 19, 2]),
    (SHARED + [5, 9, 4], [21, 18, 6, 2]),
    ([3, 44, 45, 5, 9, 46, 5, 9, 13, 4], [10, 2]),
]
SHAPE = dict(
    vocab_size=48, hidden_size=16, intermediate_size=24, num_hidden_layers=3, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, tie_word_embeddings=True, rope_theta=10000.0, rms_norm_eps=1e-6,
)
RANK, ALPHA = 2, 5
KIND = sys.argv[1] if len(sys.argv) > 1 else "qwen2"
if KIND == "qwen3":
    SHAPE |= dict(head_dim=8, num_hidden_layers=2)


def fresh():
    torch.manual_seed(11)
    make, config = {
        "qwen2": (transformers.Qwen2ForCausalLM, transformers.Qwen2Config),
        "qwen3": (transformers.Qwen3ForCausalLM, transformers.Qwen3Config),
    }[KIND]
    model = make(config(**SHAPE, attn_implementation="eager")).float()
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if "norm" in name:
                tensor.copy_(1 + 0.3 * torch.randn_like(tensor))
            else:
                tensor.copy_(torch.randn_like(tensor) * (0.5 if "bias" in name else 0.3))
    return model


def adapted(invocation):
    config = peft.LoraConfig(
        r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, task_type="CAUSAL_LM", alora_invocation_tokens=invocation,
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"],
    )
    model = peft.get_peft_model(fresh(), config)
    torch.manual_seed(12)
    for name, tensor in model.named_parameters():
        if "lora_" in name:
            tensor.data = torch.randn_like(tensor) * 0.3
    return model


def run(model):
    losses, count = [], sum(len(completion) for _, completion in SAMPLES)
    for prompt, completion in SAMPLES:
        tokens = torch.tensor([prompt + completion])
        logits = model(input_ids=tokens).logits[0, len(prompt) - 1 : -1]
        losses.append(torch.nn.functional.cross_entropy(logits, tokens[0, len(prompt) :], reduction="sum"))
    loss = sum(losses) / count
    loss.backward()
    return loss.item(), {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}


def main():
    tensors, losses = {}, {}
    model = fresh()
    losses["full"], gradients = run(model)
    tensors |= {f"weights/{n}": p.detach().clone() for n, p in model.named_parameters()}
    tensors |= {f"full/{n}": g for n, g in gradients.items()}
    for case, invocation in [("lora", None), ("alora", INVOCATION)]:
        model = adapted(invocation)
        losses[case], gradients = run(model)
        plain = lambda name: name.replace(".default", "")
        tensors |= {f"adapter/{plain(n)}": p.detach().clone() for n, p in model.named_parameters() if "lora_" in n}
        tensors |= {f"{case}/{plain(n)}": g for n, g in gradients.items()}
    here = pathlib.Path(__file__).parent / (KIND if KIND != "qwen2" else "")
    here.mkdir(exist_ok=True)
    save_file({n: t.contiguous() for n, t in tensors.items()}, here / "gradients.safetensors")
    about = dict(
        architecture=KIND, shape=SHAPE, rank=RANK, alpha=ALPHA, invocation=INVOCATION, losses=losses,
        samples=[dict(prompt=p, completion=c) for p, c in SAMPLES],
        made_with={m.__name__: m.__version__ for m in (torch, transformers, peft)},
    )
    (here / "gradients.json").write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
