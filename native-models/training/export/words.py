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

#: What can be drawn, for artists to choose from: phrases, of those in ONE_OF one at a time.
PHRASES = {
    "Who": ["a young woman", "a young man", "an old woman", "an old man", "a pirate", "a punk rocker"],
    "Expression": [
        "smiling", "laughing", "sad", "angry", "surprised", "worried", "serious", "smirking", "blowing a kiss", "crying", "winking",
        "eyes closed", "sticking out the tongue",
    ],
    "Length of hair": ["bald", "short hair", "shoulder-length hair", "long hair"],
    "Cut of hair": [
        "curly hair", "wavy hair", "straight hair", "a bun", "a bob", "pigtails", "a mohawk", "an afro", "dreadlocks", "spiky hair",
        "a quiff", "a receding hairline",
    ],
    "Beard": ["a beard", "a long beard", "a moustache", "a goatee", "stubble"],
    "Glasses": ["round glasses", "square glasses", "sunglasses", "an eyepatch"],
    "On the head": ["a hat", "a cap", "a beanie", "a headband", "a turban", "a hijab"],
    "Besides": ["earrings", "blushing cheeks", "flowers in the hair"],
}
ONE_OF = {"Who", "Expression", "Length of hair", "Cut of hair", "Beard", "Glasses", "On the head"}

#: The same of colours, whose names are those of the palettes (data/palettes.ts): `{}` stands for them.
COLOUR_PHRASES = {
    "Colour of hair": ("{} hair", {
        "black": "211d20", "dark brown": "44291c", "brown": "7a4a28", "blond": "e6c063", "red": "c4430f", "grey": "9a9ca1",
        "white": "efeeea", "pink": "f06ca8", "blue": "3c6ee2", "purple": "7c49c6", "green": "3da35a",
    }),
    "Skin": ("{} skin", {"light": "f6d3bd", "tan": "d9a066", "brown": "a3683f", "dark": "5f3a28"}),
    "Clothes": ("{} shirt", {
        "red": "d3322d", "orange": "f0862a", "yellow": "f5cb3b", "green": "3b9b52", "teal": "1d9d99", "blue": "3f70e2",
        "navy": "1c2c5e", "purple": "7d4bc4", "pink": "f47bad", "brown": "7a4a2b", "black": "25252b", "grey": "8c8f96",
        "white": "f3f3f1",
    }),
    "Background": ("{} background", {
        "light blue": "b6e2f5", "pink": "fcc9d8", "lavender": "cbbcf3", "mint": "c3efd3", "cream": "ffedcc", "peach": "ffcfa6",
        "yellow": "f8df6e", "red": "da4f47", "orange": "f3964a", "green": "69bd71", "teal": "37a6a0", "blue": "4c8df0",
        "navy": "213050", "purple": "8a61d0", "grey": "b5bac3", "black": "33353d", "white": "fafafa",
    }),
}  # fmt: skip


def phrase_groups() -> list[dict]:
    """All of them, as the pack says them."""
    plain = [
        {"title": title} | ({"one": True} if title in ONE_OF else {}) | {"phrases": [{"words": words} for words in phrases]}
        for title, phrases in PHRASES.items()
    ]
    coloured = [
        {"title": title, "one": True, "phrases": [
            {"words": template.format(name), "colour": f"#{code}"} for name, code in colours.items()
        ]}
        for title, (template, colours) in COLOUR_PHRASES.items()
    ]  # fmt: skip
    return plain + coloured


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

#: What leads to them in a prompt: of the words of data/words/styles.txt those that do so most surely.
STYLE_WORDS = {
    "micah": "comic book style",
    "personas": "without outlines",
    "toon-head": "toon style",
    "avataaars": "vector avatar",
    "lorelei": "line drawing",
    "adventurer": "goofy cartoon style",
}
