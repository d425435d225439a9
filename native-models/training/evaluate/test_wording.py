import pytest
import torch

from common.setup import unit
from conftest import Quick
from data.portraits import Attributes, Portraits
from data.prompts import PLAIN_PROMPTS, Wanted
from evaluate.wording import check_plain, heeds, share_found
from models.clip import IMAGE_SIZE
from models.contrastive import nearer_than_own
from models.flow import SIZE
from models.judge import JUDGED, LABELS, PLACES


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


def test_plain_prompts_ask_for_what_the_judge_knows(quick: Quick):
    can_be_seen = {
        **{name: {labels[key] for labels in all_labels(quick.attributes) if key in labels} | {"none"} for name, key in LABELS.items()},
        **{name: {colour["name"] for colour in quick.attributes.distribution["palettes"][place]} for name, place in PLACES.items()},
        "style": set(quick.attributes.style_names),
    }
    for kind, prompts in PLAIN_PROMPTS.items():
        assert len({wanted.prompt for wanted in prompts}) == 200, kind
        for wanted in prompts:
            for name, accepted in wanted.accept.items():
                assert set(accepted) <= can_be_seen[name], wanted
    assert {name for prompts in PLAIN_PROMPTS.values() for wanted in prompts for name in wanted.accept} == set(JUDGED)


def all_labels(attributes: Attributes) -> list[dict]:
    return [option["labels"] for options in attributes.options.values() for option in options]


def test_a_prompt_is_heeded_where_all_of_it_is():
    wanted = Wanted("red hair, glasses", {"hair colour": ["red"], "glasses": ["round glasses", "square glasses"]})
    assert heeds(wanted, {"hair colour": "red", "glasses": "square glasses"})
    assert not heeds(wanted, {"hair colour": "red", "glasses": "none"})


def test_plain_prompts_that_are_captions_are_refused(quick: Quick):
    data = Portraits(quick.train, IMAGE_SIZE)
    check_plain(data)
    data.records[0]["captions"] = [wanted.prompt.upper() for wanted in PLAIN_PROMPTS["tags"][:10]]
    with pytest.raises(SystemExit, match="10 of the 200 prompts of tags"):
        check_plain(data)
