from evaluate.sliders import effect
from models.judge import JUDGED


def test_a_slider_is_judged_by_what_can_be_seen():
    face = {name: "none" for name in JUDGED} | {
        "expression": "sad",
        "hair length": "short",
        "hair colour": "red",
        "clothing colour": "blue",
    }
    happy, angry = face | {"expression": "happy"}, face | {"expression": "angry"}
    bald = happy | {"hair length": "bald", "hair colour": "black"}
    blond = happy | {"hair colour": "blond", "clothing colour": "none"}
    row = effect("smile", "expression", ("happy",), [face, face, face, face, happy], [happy, blond, angry, bald, angry])
    assert row["on"] == 0.75
    assert row["leak"]["hair length"] == row["leak"]["hair colour"] == 0.25
    assert row["leak"]["beard"] == row["leak"]["clothing colour"] == 0
