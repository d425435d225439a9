"""What the pack says in words: prompts, what its layers do, what can be locked, its styles."""

from pathlib import Path

#: Phrases for zero-shot tags, one a line.
VOCABULARY = Path(__file__).with_name("vocabulary.txt")

TEMPLATES = ["{}", "a portrait of {}", "a drawing of {}", "{}, a portrait"]

PROMPTS = {
    "neutral": "a portrait",
    "examples": [
        "a smiling woman with red hair and round glasses",
        "a line drawing of a man with a grey beard",
        "a punk rocker with pink hair",
        "a grandmother laughing",
    ],
    "surprise": (
        "a {smiling|thoughtful|surprised|laughing|serious|dreamy|sceptical}"
        " {woman|man|person|sailor|punk rocker|student|grandmother|chef}"
        " with {red curly hair|round glasses|a grey beard|a green hat|short black hair|long blond hair|a blue shirt|freckles"
        "|pink hair and earrings}"
    ),
}

#: Layers count from 0; both ends of a range are in it.
LAYER_GROUPS = [
    {"id": "coarse", "title": "Shape", "description": "Pose, outline, hair", "layers": [0, 2]},
    {"id": "middle", "title": "Features", "description": "Eyes, mouth, what is worn", "layers": [3, 5]},
    {"id": "fine", "title": "Colours", "description": "Colours and surface", "layers": [6, 11]},
]

#: Title and description of what can be locked (models/named_directions.py).
PARTS = {
    "hair": ("Hair", "Length, cut and colour of the hair stay"),
    "background": ("Background", "The colour behind the portrait stays"),
}

#: What the styles are called (data/styles.ts).
STYLES = {
    "micah": "Comic outlines",
    "personas": "Flat",
    "toon-head": "Soft cartoon",
    "avataaars": "Clean cartoon",
    "lorelei": "Line drawing",
    "adventurer": "Comic head",
}
