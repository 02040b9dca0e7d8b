"""Writes losses.json: distillation losses of single rows and their gradients, by PyTorch autograd; and losses.safetensors with
the gradients of an adapter of the tiny model of make_gradients.py under them.

    python3 make_losses.py   (as make_gradients.py; seed 31, rows in f64, the model in f32)

A teacher is known by its most likely tokens and by what the others have together: they are one outcome for the student too.
The adaptive loss takes its ratio as arXiv 2404.02657's code does: the head are the most likely tokens while their sum is at most mu,
the first always; no gradient flows through the ratio.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file

import make_gradients

VOCABULARY = 48
KINDS = [("forward", None), ("reverse", None), ("akl", 0.0), ("akl", 0.5), ("akl", 0.9), ("akl", 1.0)]
MIXED = [0.0, 0.3, 1.0]


def named_and_rest(logits, ids):
    """Log-probabilities of some tokens, most likely first, and of all others together."""
    others = torch.ones(logits.shape[-1], dtype=torch.bool)
    others[ids] = False
    total = torch.logsumexp(logits, -1)
    named = logits[ids] - total
    if not others.any():
        return named
    return torch.cat([named, (torch.logsumexp(logits[others], -1) - total)[None]])


def forward_share(p, q, mu):
    cumulative = torch.cumsum(p, -1)
    tail = cumulative > mu
    tail[0] = False
    gap = (p - q).abs()
    return gap[~tail].sum() / gap.sum()


def divergence(kind, mu, teacher, student):
    p, q = teacher.exp(), student.exp()
    forward = (p * (teacher - student)).sum()
    reverse = (q * (student - teacher)).sum()
    if kind == "forward":
        return forward
    if kind == "reverse":
        return reverse
    share = torch.ones((), dtype=p.dtype) if mu >= 1 else forward_share(p, q.detach(), mu)
    return share * forward + (1 - share) * reverse


def loss(kind, mu, ce, teacher, ids, logits, target):
    student = named_and_rest(logits, ids)
    cross = torch.logsumexp(logits, -1) - logits[target]
    return (1 - ce) * divergence(kind, mu, teacher.detach(), student) + ce * cross


def rows():
    generator = torch.Generator().manual_seed(31)
    draw = lambda scale: scale * torch.randn(VOCABULARY, generator=generator, dtype=torch.float64)
    made = []
    for count, sharp, near in [(5, 1, 1), (5, 6, 6), (1, 3, 0.5), (20, 0.1, 0.1), (VOCABULARY, 2, 2), (3, 40, 40), (8, 2, 0)]:
        teacher_logits = draw(sharp)
        logits = teacher_logits + draw(near) if near else teacher_logits.clone()
        logits = logits.float().double()
        ids = teacher_logits.topk(count).indices
        teacher = named_and_rest(teacher_logits, ids).float().double()
        # What single precision has lost of one, both sides take back.
        normal = teacher - torch.logsumexp(teacher, -1)
        results = []
        for kind, mu in KINDS:
            for ce in MIXED:
                x = logits.clone().requires_grad_()
                value = loss(kind, mu, ce, normal, ids, x, 7)
                (gradient,) = torch.autograd.grad(value, x)
                results.append(dict(kind=kind, mu=mu, ce=ce, loss=value.item(), gradient=gradient.tolist()))
        tail = teacher[count].item() if count < VOCABULARY else None
        made.append(
            dict(
                ids=ids.tolist(), logprobs=teacher[:count].tolist(), rest=tail, logits=logits.tolist(), target=7, results=results
            )
        )
    return made


def teachers():
    """What another tiny model says of the samples: its five most likely tokens and the rest."""
    torch.manual_seed(21)
    model = make_gradients.fresh()
    with torch.no_grad():
        for tensor in model.parameters():
            tensor.add_(0.1 * torch.randn_like(tensor))
        said = []
        for prompt, completion in make_gradients.SAMPLES:
            logits = model(input_ids=torch.tensor([prompt + completion])).logits[0, len(prompt) - 1 : -1]
            said.append([(row.topk(5).indices, named_and_rest(row, row.topk(5).indices)) for row in logits])
    return said


def gradients(kind, mu, ce, invocation, said):
    model, total = make_gradients.adapted(invocation), 0.0
    count = sum(len(completion) for _, completion in make_gradients.SAMPLES)
    for (prompt, completion), teacher in zip(make_gradients.SAMPLES, said):
        logits = model(input_ids=torch.tensor([prompt + completion])).logits[0, len(prompt) - 1 : -1]
        for row, (ids, logprobs), target in zip(logits, teacher, completion):
            total = total + loss(kind, mu, ce, logprobs, ids, row, target) / count
    total.backward()
    named = {n.replace(".default", ""): p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}
    return total.item(), named


def policy_rows():
    """-A * ratio + k * K2 with the token's own probability as that with which it was drawn; K2 as OpenRLHF bounds it."""
    generator = torch.Generator().manual_seed(32)
    made = []
    for advantage, difference, weight in [(1.5, 0, 0.0), (-0.7, 0.3, 0.5), (0, -2, 1.0), (2, 6, 1.0), (-1, -0.01, 0.001)]:
        logits = (3 * torch.randn(VOCABULARY, generator=generator, dtype=torch.float64)).float().double().requires_grad_()
        logprob = torch.log_softmax(logits, -1)[11]
        reference = (logprob.detach() - difference).float().double()
        ratio = (logprob - logprob.detach()).exp()
        bounded = ((logprob - reference) ** 2 / 2).clamp(min=-10, max=10)
        value = -torch.min(advantage * ratio, advantage * ratio.clamp(0.8, 1.2)) + weight * bounded
        (gradient,) = torch.autograd.grad(value, logits)
        made.append(
            dict(
                logits=logits.tolist(), target=11, advantage=advantage, reference=reference.item(), weight=weight,
                loss=value.item(), gradient=gradient.tolist(),
            )
        )
    return made


def advantages():
    """OpenRLHF's reinforce_baseline: less the mean of the group, then whitened over the tokens of all answers."""
    generator = torch.Generator().manual_seed(33)
    made = []
    for prompts, answers in [(1, 2), (3, 8), (4, 4), (2, 8), (1, 1)]:
        rewards = torch.randint(-2, 4, (prompts, answers), generator=generator).double() / 2
        if (prompts, answers) == (2, 8):
            rewards[:] = 0.5
        lengths = torch.randint(1, 30, (prompts, answers), generator=generator)
        centred = (rewards - rewards.mean(-1, keepdim=True)).flatten()
        mask = torch.arange(30)[None] < lengths.flatten()[:, None]
        tokens = centred[:, None].expand(-1, 30)
        mean = (tokens * mask).sum() / mask.sum()
        deviation = (((tokens - mean) ** 2 * mask).sum() / mask.sum()).clamp(min=1e-8).rsqrt()
        made.append(
            dict(rewards=rewards.tolist(), lengths=lengths.tolist(), advantages=((centred - mean) * deviation).tolist())
        )
    return made


def main():
    said, tensors, cases = teachers(), {}, []
    for name, kind, mu, ce, invocation in [
        ("akl", "akl", 0.9, 0.0, None),
        ("reverse", "reverse", None, 0.0, None),
        ("mixed", "akl", 0.5, 0.3, make_gradients.INVOCATION),
    ]:
        value, named = gradients(kind, mu, ce, invocation, said)
        tensors |= {f"{name}/{key}": tensor for key, tensor in named.items()}
        cases.append(dict(name=name, kind=kind, mu=mu, ce=ce, activated=invocation is not None, loss=value))
    here = pathlib.Path(__file__).parent
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, here / "losses.safetensors")
    teacher = [[dict(ids=i.tolist(), logprobs=p[:-1].tolist(), rest=p[-1].item()) for i, p in sample] for sample in said]
    about = dict(
        rows=rows(), cases=cases, teacher=teacher, policy=policy_rows(), made_with=dict(torch=torch.__version__)
    )
    other = here.parent.parent / "ReinforcementTests" / "Fixtures"
    other.mkdir(exist_ok=True, parents=True)
    # Nine digits are more than a float has.
    shorter = lambda value: (
        float(f"{value:.9g}") if isinstance(value, float)
        else [shorter(v) for v in value] if isinstance(value, list)
        else {k: shorter(v) for k, v in value.items()} if isinstance(value, dict)
        else value
    )
    (here / "losses.json").write_text(json.dumps(shorter(about)) + "\n")
    (other / "advantages.json").write_text(json.dumps(shorter(advantages())) + "\n")


if __name__ == "__main__":
    main()
