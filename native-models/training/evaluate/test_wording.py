import pytest
import torch

from common.setup import unit
from evaluate.wording import share_found
from models.contrastive import nearer_than_own
from models.flow import SIZE


def test_r_precision_sets_a_caption_against_others_only():
    one_each = torch.eye(120)
    assert share_found(one_each, one_each) == 1
    assert share_found(one_each, one_each.roll(1, 0)) == 0
    with pytest.raises(ValueError, match="against itself"):
        share_found(one_each[:80], one_each[:80])


def test_retrieval_sets_no_picture_above_itself():
    texts = unit(torch.randn(1000, SIZE))
    assert (nearer_than_own(texts, texts) == 0).all()
    assert (nearer_than_own(texts, -texts) == 999).all()
