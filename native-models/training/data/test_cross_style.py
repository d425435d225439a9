from pathlib import Path

from data.cross_style import CrossStyle
from data.portraits import Portraits
from models.generator import RESOLUTION


def test_translation_keeps_what_the_other_style_can_draw(data: Path):
    portraits = Portraits(data, RESOLUTION)
    attributes, cross_style = portraits.attributes, CrossStyle(portraits.attributes, 0)
    slices = list(attributes.slices)
    for record in [r["a"] for r in portraits.records if r["kind"] == "plain"][:200]:
        choices = cross_style.choices_of(record)
        own = {group: choices[slices.index((record["style"], group))] for group in record["options"]}
        assert own == record["options"]
        labels = portraits.labels(record)
        if labels.get("beard") == "beard":
            for style in attributes.styles:
                if style["name"] == "personas" and labels["expression"] not in ("laughing", "happy", "cheeky"):
                    continue  # Its full beard laughs.
                for group in (g for g, options in style["groups"].items() if any("beard" in o["labels"] for o in options)):
                    drawn = style["groups"][group][choices[slices.index((style["name"], group))]]
                    assert drawn["labels"].get("beard") in ("beard", "long beard")


def test_a_beard_that_laughs_is_not_for_the_sad_and_angry(data: Path):
    portraits = Portraits(data, RESOLUTION)
    attributes, cross_style = portraits.attributes, CrossStyle(portraits.attributes, 0)
    slices, chosen = list(attributes.slices), {}
    for record in [r["a"] for r in portraits.records if r["a"]["style"] != "personas"]:
        labels = portraits.labels(record)
        if labels.get("beard") in ("beard", "long beard"):
            option = cross_style.choices_of(record)[slices.index(("personas", "facialHair"))]
            chosen.setdefault(labels["expression"], set()).add(attributes.options["personas", "facialHair"][option]["id"])
    assert chosen["laughing"] == {"beardMustache"}
    assert chosen["sad"] == chosen["angry"] == {"goatee"}


def test_translation_does_not_say_with_eyebrows_what_the_mouth_says_better(data: Path):
    portraits = Portraits(data, RESOLUTION)
    attributes, cross_style = portraits.attributes, CrossStyle(portraits.attributes, 0)
    slices, seen = list(attributes.slices), 0
    for record in [r["a"] for r in portraits.records if r["kind"] == "plain" and r["a"]["style"] == "micah"]:
        expression = portraits.labels(record).get("expression")
        choices = cross_style.choices_of(record)
        for style in ("avataaars", "lorelei", "adventurer"):
            options = attributes.options[style, "eyebrows"]
            brows = options[choices[slices.index((style, "eyebrows"))]]["labels"].get("expression")
            assert brows == ("angry" if expression == "angry" else None)
            seen += expression == "sad"
    assert seen > 20


def test_translation_never_takes_another_expression_for_anger(data: Path):
    portraits = Portraits(data, RESOLUTION)
    attributes, cross_style = portraits.attributes, CrossStyle(portraits.attributes, 0)
    slices, seen = list(attributes.slices), set()
    for record in [r["a"] for r in portraits.records if r["kind"] == "plain"]:
        expression = portraits.labels(record).get("expression")
        choices = cross_style.choices_of(record)
        drawn = [(style, attributes.options[style, "mouth"][choices[slices.index((style, "mouth"))]]) for style in ("toon-head", "micah")]
        for style, option in drawn:
            if expression in ("worried", "neutral", "sad") and style != record["style"]:
                assert option["labels"]["expression"] != "angry"
                seen.add((expression, style))
    assert len(seen) == 6
