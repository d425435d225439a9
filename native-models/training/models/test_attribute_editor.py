from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch

from conftest import personas_beard
from data.portraits import Attributes, Portraits
from models import attribute_editor
from models.attribute_classifier import AttributeClassifier
from models.attribute_editor import AttributeEditor, cooccurrence, lockable_parts
from models.attribute_tables import EXPRESSIONS, contradicts, counterparts, end_table, goes_with
from models.generator import RESOLUTION, Generator
from models.named_directions import DIRECTIONS, ENDS, LOCKABLE, index_of_high
from models.sampler import W_SIZE, AttributeSampler


def new_editor(attributes: Attributes) -> AttributeEditor:
    return AttributeEditor(attributes, AttributeClassifier(attributes, torch.zeros(W_SIZE), torch.ones(W_SIZE)), torch.nn.Identity())


def label(attributes: Attributes, shown: torch.Tensor, kind: str) -> str:
    """The label of a kind that a portrait [size] has; "" is none."""
    style = attributes.styles[int(shown[: len(attributes.styles)].argmax())]
    for group, options in style["groups"].items():
        value = options[int(shown[attributes.slices[style["name"], group]].argmax())]["labels"].get(kind)
        if value:
            return value
    return ""


def test_expressions_are_those_of_the_data(data: Path):
    options = [option for options in Attributes.of(data).options.values() for option in options]
    meant = {option["labels"]["expression"] for option in options if "expression" in option["labels"]}
    assert meant == set(EXPRESSIONS) and {name for option in options for name in option.get("expression", {})} <= meant


def test_directions_change_what_they_are_named_after_alone(data: Path):
    attributes = Portraits(data, RESOLUTION).attributes
    editor, portraits = new_editor(attributes), AttributeSampler(attributes)(torch.randn(200, W_SIZE))
    for number, named in enumerate(DIRECTIONS):
        changed = editor.to_end(portraits, index_of_high(number))
        assert (changed != portraits).any(), named.title
        for part in attributes.slices.values():
            assert torch.equal(changed[:, part].sum(1), portraits[:, part].sum(1))
        # Eyes and eyebrows follow the expression that a smile sets.
        follow = [
            part
            for key, part in attributes.slices.items()
            if any(named.high.keys() & goes_with(option).keys() for option in attributes.options[key])
        ]
        different = set((changed != portraits).any(0).nonzero()[:, 0].tolist())
        parts = [*lockable_parts(attributes, tuple(named.high)), *follow]
        assert different <= {at for part in parts for at in range(part.start, part.stop)}


def test_a_smile_is_put_on_whatever_was_there(data: Path):
    attributes = Portraits(data, RESOLUTION).attributes
    portraits = AttributeSampler(attributes)(torch.randn(200, W_SIZE))
    smiling = new_editor(attributes).to_end(portraits, index_of_high(0))
    assert {label(attributes, shown, "expression") for shown in smiling} <= {"happy", "laughing"}
    for before, after in zip(portraits, smiling):
        assert label(attributes, before, "beard") == label(attributes, after, "beard")


def test_what_is_locked_is_shown_also_in_another_style(data: Path):
    attributes = Portraits(data, RESOLUTION).attributes
    portraits = AttributeSampler(attributes)(torch.randn(400, W_SIZE))
    other = portraits.roll(1, 0)
    take = torch.zeros_like(portraits)
    for part in lockable_parts(attributes, LOCKABLE["hair"]):
        take[:, part] = 1
    locked = new_editor(attributes).edited(portraits, other, torch.zeros(400, len(ENDS)), take)
    styles = len(attributes.styles)
    assert torch.equal(locked[:, :styles], portraits[:, :styles])
    same = (portraits[:, :styles] == other[:, :styles]).all(1)
    for part in lockable_parts(attributes, LOCKABLE["hair"]):
        torch.testing.assert_close(locked[same][:, part], other[same][:, part])
    assert all((locked[:, part].sum(1) < 1.001).all() for part in attributes.slices.values())
    alike = [label(attributes, a, "hairLength") == label(attributes, b, "hairLength") for a, b in zip(locked, other)]
    assert np.mean(alike) > 0.9


def test_the_beard_direction_leaves_the_mouth_to_be_seen(data: Path):
    attributes = Attributes.of(data)
    high = end_table(attributes, next(named.high for named in DIRECTIONS if named.id == "beard"))
    start = attributes.slices["personas", "facialHair"].start
    bare, goatee = personas_beard(attributes, None), personas_beard(attributes, "goatee")
    assert high[start + bare] == start + goatee


def test_what_usually_goes_together_is_counted(data: Path):
    attributes = Attributes.of(data)
    torch.manual_seed(0)
    with patch("models.attribute_editor.COUNTED", 2 * attribute_editor.PORTRAITS):
        table = cooccurrence(Generator(attributes))
    assert table[attributes.colours].abs().max() == 0
    styles = len(attributes.styles)
    assert torch.allclose(table[:styles, :styles], torch.eye(styles))
    for (style, group), part in attributes.slices.items():
        drawn = [i for i, option in enumerate(attributes.options[style, group]) if option["weight"] > 0]
        assert torch.allclose(table[part, part][drawn][:, drawn], torch.eye(len(drawn)))
        assert torch.allclose(table[attributes.style_names.index(style), part].sum(), torch.tensor(1.0))
    # A mouth that laughs never goes with angry eyebrows; who has a beard is a man.
    mouths, brows = (attributes.options["adventurer", group] for group in ("mouth", "eyebrows"))
    laughing = attributes.slices["adventurer", "mouth"].start + next(
        i for i, o in enumerate(mouths) if o["labels"]["expression"] == "laughing"
    )
    angry = attributes.slices["adventurer", "eyebrows"].start + next(
        i for i, o in enumerate(brows) if o["labels"].get("expression") == "angry"
    )
    assert table[laughing, angry] == table[angry, laughing] == 0


def test_expressions_tell_what_goes_with_a_choice(data: Path):
    attributes = Attributes.of(data)
    brows = [goes_with(option) for option in attributes.options["toon-head", "eyebrows"]]
    assert [{"expression": ["sad"]}, {"expression": ["angry"]}] == brows[-2:]
    assert "laughing" in brows[0]["expression"] and "angry" not in brows[0]["expression"]
    beards = [goes_with(option) for option in attributes.options["personas", "facialHair"]]
    assert beards[personas_beard(attributes, None)] == {}
    assert beards[personas_beard(attributes, "beardMustache")] == {"beard": ["beard"], "expression": ["cheeky", "happy", "laughing"]}
    laughing, angry, sad = ({"expression": [name]} for name in ("laughing", "angry", "sad"))
    assert contradicts(angry, [{}, laughing]) and contradicts(brows[-1], [sad])
    assert not contradicts({}, [laughing]) and not contradicts({"headwear": ["hat"]}, [laughing])


def test_who_has_no_glasses_to_choose_from_wears_none_in_other_styles(data: Path):
    attributes = Attributes.of(data)
    table = counterparts(attributes)
    toon = attributes.style_names.index("toon-head")
    for style, group in (("micah", "glasses"), ("avataaars", "accessories"), ("lorelei", "glasses"), ("adventurer", "glasses")):
        chosen = table[toon, attributes.slices[style, group]]
        assert chosen.sum() == 1 and attributes.options[style, group][int(chosen.argmax())]["id"] is None
    brows = table[attributes.style_names.index("lorelei"), attributes.slices["toon-head", "eyebrows"]]
    assert attributes.options["toon-head", "eyebrows"][int(brows.argmax())]["id"] == "neutral"
    long_beard = attributes.slices["toon-head", "beard"].start + 2
    flat_beard = table[long_beard, attributes.slices["personas", "facialHair"]]
    assert "beard" in attributes.options["personas", "facialHair"][int(flat_beard.argmax())]["labels"]
    hats = [i for i, option in enumerate(attributes.options["personas", "hair"]) if option["labels"].get("headwear") == "beanie"]
    hair = table[attributes.slices["personas", "hair"].start + hats[0], attributes.slices["lorelei", "hair"]]
    assert attributes.options["lorelei", "hair"][int(hair.argmax())]["labels"]["hairLength"] == "short"


def test_what_stands_in_for_a_mouth_leaves_eyebrows_silent(data: Path):
    attributes = Attributes.of(data)
    table = new_editor(attributes).counterpart
    for style in ("micah", "personas", "toon-head"):
        mouths = attributes.slices[style, "mouth"]
        for index, mouth in enumerate(attributes.options[style, "mouth"]):
            brows = table[mouths.start + index, attributes.slices["adventurer", "eyebrows"]]
            drawn = attributes.options["adventurer", "eyebrows"][int(brows.argmax())]["labels"].get("expression")
            assert brows.sum() == 1 and drawn == ("angry" if mouth["labels"]["expression"] == "angry" else None)
