#!/usr/bin/env python3
"""TRL's own client asks a Kinglet as its teacher, by both of its protocols, and gets what Kinglet says elsewhere.

    python3 trl_teacher.py --kinglet .build/release/kinglet     (TRL and torch from PyPI)

TRL 1.9 and before posts /get_sequence_logprobs/ (JSON and arrays), 1.13 and later ask /v1/completions for prompt_logprobs. The version that
is installed is used; its check for vLLM, which the client itself does not need, is answered with yes.
"""
import argparse
import json
import math
import pathlib
import tempfile

import serving
import tiny_model

def client(url):
    from trl.generation import vllm_client

    vllm_client.is_vllm_available = lambda *_, **__: True
    return vllm_client.VLLMClient(base_url=url, connection_timeout=10)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kinglet", required=True)
    arguments = arguments.parse_args()
    sequences = [[257, *b"user\nlights on", 258, 10, 257, *b"assistant\n{}", 258], [*b"abcdef"], [*b"xyz"]]
    lengths, top = [26, 1, 2], 5
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tiny_model.write(folder)
        serve = argparse.Namespace(kinglet=str(pathlib.Path(arguments.kinglet).resolve()), model=str(folder / "model"), url=None)
        with serving.server(serve, "--set", "model.format=f32", "--set", "engine.prefix_folder=none") as url:
            import trl

            teacher = client(url)
            answers = {"client": teacher.get_sequence_logprobs(sequences, lengths, top_logprobs=top)}
            answers["chunked"] = teacher.get_sequence_logprobs(sequences, lengths, top_logprobs=top, chunk_size=2)
            if "use_binary" in teacher.get_sequence_logprobs.__code__.co_varnames:
                answers["json"] = teacher.get_sequence_logprobs(sequences, lengths, top_logprobs=top, use_binary=False)
            body = dict(sequences=sequences, prompt_lengths=lengths, top_logprobs=top)
            status, _, text = serving.request(url + "/get_sequence_logprobs/", body)
            expected = json.loads(text)
            assert status == 200, text
            for name, answer in answers.items():
                assert len(answer["logprobs"]) == 3, name
                for sequence, length, logprobs, ids, right, right_ids in zip(
                    sequences, lengths, answer["logprobs"], answer["logprob_token_ids"], expected["logprobs"],
                    expected["logprob_token_ids"],
                ):
                    assert len(logprobs) == len(sequence) - length, f"{name}: {len(logprobs)} tokens of {sequence}"
                    assert [list(row) for row in ids] == right_ids, f"{name}: {ids}, not {right_ids}"
                    for row, right_row in zip(logprobs, right):
                        assert all(math.isclose(a, b, abs_tol=1e-3) for a, b in zip(row, right_row)), f"{name}: {row}"
                        assert list(row) == sorted(row, reverse=True), name
                print(f"TRL {trl.__version__}, {name}: the same {sum(map(len, answer['logprobs']))} tokens")
    print("passed")


if __name__ == "__main__":
    main()
