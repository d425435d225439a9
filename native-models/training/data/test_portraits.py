import json
from pathlib import Path

from conftest import draw_data, personas_beard
from data.portraits import Attributes, Portraits, labels_of_options
from models.generator import RESOLUTION
from models.projection import dominance


def test_data_is_the_same_however_it_is_split(data: Path, tmp_path: Path):
    fewer = draw_data(tmp_path, 50, 1)
    size = 50 * RESOLUTION**2 * 3
    assert (fewer / "pictures.u8").read_bytes() == (data / "pictures.u8").read_bytes()[:size]


def test_what_captions_say_of_a_colour_of_hair_is_there_to_be_seen(data: Path):
    portraits = Portraits(data, RESOLUTION)
    said = [i for i, record in enumerate(portraits.records) if any("hair" in kinds for kinds in record["said"])]
    shown = {portraits.labels(portraits.records[i]["a"])["hair"] for i in said}
    assert len(said) > 500 and "" not in shown


def test_portraits_between_two_start_at_one_and_end_at_the_other(data: Path):
    portraits = Portraits(data, RESOLUTION)
    between = [r for r in portraits.records if r["kind"] == "between"]
    assert len(between) > 300
    for record in between:
        near, far = (record["a"], record["b"]) if record["t"] < 0.5 else (record["b"], record["a"])
        if record["t"] < 0.15 or record["t"] > 0.85:
            assert record["shown"]["options"] == near["options"]
        for group, option in record["shown"]["options"].items():
            assert option in (near["options"].get(group), far["options"].get(group))


def test_what_gives_way_on_the_way_does_so_where_the_projection_has_it(data: Path):
    within = [r for r in Portraits(data, RESOLUTION).records if r["kind"] == "between" and r["a"]["style"] == r["b"]["style"]]
    for record in within:
        for group, first in record["a"]["options"].items():
            last, t = record["b"]["options"][group], record["t"]
            prevails = (1 - t) * dominance(first) >= t * dominance(last)
            assert record["shown"]["options"][group] == (first if prevails else last)
    assert len(within) > 200


def test_a_beard_that_covers_the_mouth_laughs_whatever_the_mouth_says(data: Path):
    attributes = Attributes.of(data)
    style = attributes.styles[attributes.style_names.index("personas")]
    sad = next(i for i, option in enumerate(style["groups"]["mouth"]) if option["labels"]["expression"] == "sad")
    options = {group: 0 for group in style["groups"]} | {"mouth": sad}
    assert labels_of_options(style["groups"], options)["expression"] == "sad"
    options["facialHair"] = personas_beard(attributes, "beardMustache")
    assert labels_of_options(style["groups"], options)["expression"] == "laughing"


def test_attributes_round_trip_through_the_distribution(data: Path):
    attributes = Attributes.of(data)
    record = json.loads((data / "portraits.jsonl").read_text().splitlines()[0])
    vector = attributes.encode(record["shown"])
    assert vector[: len(attributes.styles)].sum() == 1
    assert vector[attributes.colours].min() >= -1 and vector[attributes.colours].max() <= 1
