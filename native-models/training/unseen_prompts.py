"""Prompts in words that no training caption uses, and what may be read off a portrait that heeds them.

`word` is what decides; evaluate.py refuses to run if a training caption contains it.
"""

from typing import NamedTuple


class Unseen(NamedTuple):
    attribute: str
    word: str
    prompt: str
    accept: set[str]


def _all(attribute: str, cases: list[tuple[str, str, set[str]]]) -> list[Unseen]:
    return [Unseen(attribute, word, prompt, accept) for word, prompt, accept in cases]


ANY_GLASSES = {"glasses", "round glasses", "square glasses"}
ANY_BEARD = {"beard", "long beard", "goatee"}

PROMPTS = [
    *_all("hair colour", [
        ("raven", "a lady with raven hair", {"black", "dark brown"}),
        ("ebony", "a woman whose hair is ebony", {"black", "dark brown"}),
        ("copper", "a copper-haired woman", {"red"}),
        ("redhead", "a redhead", {"red"}),
        ("flaxen", "a girl with flaxen hair", {"blond"}),
        ("sandy", "a boy with sandy hair", {"blond"}),
        ("magenta", "someone with magenta hair", {"pink", "purple"}),
        ("azure", "a woman with azure hair", {"blue"}),
        ("emerald", "a man with emerald hair", {"green"}),
        ("ash-coloured", "an aged man with ash-coloured hair", {"grey", "white"}),
    ]),
    *_all("hair length", [
        ("lengthy", "a woman with lengthy hair", {"long"}),
        ("waist", "a girl with hair down to her waist", {"long"}),
        ("rapunzel", "a girl with hair like Rapunzel", {"long"}),
        ("tresses", "a lady with trailing tresses", {"long"}),
        ("crew cut", "a soldier with a crew cut", {"short"}),
        ("trimmed", "a man with closely trimmed hair", {"short"}),
        ("hairless", "a hairless man", {"bald"}),
        ("scalp", "a man showing his bare scalp", {"bald"}),
    ]),
    *_all("glasses", [
        ("bespectacled", "a bespectacled woman", ANY_GLASSES),
        ("eyeglasses", "a man wearing eyeglasses", ANY_GLASSES),
        ("specs", "a girl in specs", ANY_GLASSES),
        ("reading", "an old woman in reading glasses", ANY_GLASSES),
        ("circular", "a woman with circular glasses", {"round glasses", "glasses"}),
        ("aviators", "a man wearing aviators", {"sunglasses"}),
        ("ray-bans", "a cool guy in Ray-Bans", {"sunglasses"}),
        ("one-eyed", "a one-eyed pirate", {"eyepatch"}),
    ]),
    *_all("beard", [
        ("bearded", "a bearded man", ANY_BEARD),
        ("facial hair", "a man with facial hair", ANY_BEARD | {"moustache", "stubble"}),
        ("whiskers", "a man with whiskers", ANY_BEARD | {"moustache", "stubble"}),
        ("viking", "a viking with a huge beard", ANY_BEARD),
        ("handlebar", "a gentleman with a handlebar moustache", {"moustache"}),
        ("stache", "a man sporting a stache", {"moustache"}),
        ("beardless", "a beardless man", {"none"}),
        ("smooth", "a man with smooth shaved cheeks", {"none"}),
    ]),
    *_all("expression", [
        ("delighted", "a delighted woman", {"happy", "laughing"}),
        ("ecstatic", "an ecstatic man", {"happy", "laughing"}),
        ("giggling", "a giggling girl", {"happy", "laughing"}),
        ("mournful", "a mournful woman", {"sad"}),
        ("depressed", "a depressed man", {"sad"}),
        ("furious", "a furious man", {"angry"}),
        ("enraged", "an enraged woman", {"angry"}),
        ("stunned", "a stunned man", {"surprised"}),
        ("startled", "a startled woman", {"surprised"}),
        ("terrified", "a terrified man", {"worried", "surprised"}),
    ]),
    *_all("headwear", [
        ("sombrero", "a man in a sombrero", {"hat"}),
        ("fedora", "a man wearing a fedora", {"hat"}),
        ("cowboy", "a cowboy", {"hat"}),
        ("muslim", "a muslim woman with her hair veiled", {"hijab"}),
        ("veil", "a woman wearing a veil", {"hijab"}),
        ("sikh", "a Sikh man", {"turban"}),
        ("bobble", "a boy in a knitted bobble hat", {"beanie"}),
        ("trucker", "a guy in a trucker cap", {"cap"}),
    ]),
    *_all("skin tone", [
        ("porcelain", "a woman with porcelain skin", {"light"}),
        ("ivory", "a lady with ivory skin", {"light"}),
        ("caucasian", "a caucasian man", {"light", "tan"}),
        ("sunburnt", "a man with sun-kissed, bronzed skin", {"tan", "brown"}),
        ("mocha", "a woman with mocha skin", {"brown", "dark"}),
        ("african", "an african man", {"dark", "brown"}),
        ("ebony-skinned", "an ebony-skinned woman", {"dark", "brown"}),
    ]),
    *_all("clothing colour", [
        ("crimson", "a woman in a crimson top", {"red"}),
        ("ruby", "a man in a ruby sweater", {"red"}),
        ("mustard", "a man in a mustard sweater", {"yellow", "orange"}),
        ("lemon", "a girl in a lemon shirt", {"yellow"}),
        ("emerald", "a woman wearing an emerald dress", {"green", "teal"}),
        ("cobalt", "a man in a cobalt shirt", {"blue", "navy"}),
        ("aquamarine", "a woman in an aquamarine top", {"teal", "blue"}),
        ("plum", "a lady in a plum jacket", {"purple"}),
        ("fuchsia", "a woman in a fuchsia top", {"pink", "purple"}),
        ("tangerine", "a boy in a tangerine T-shirt", {"orange"}),
    ]),
    *_all("background colour", [
        ("crimson", "a man on a crimson background", {"red"}),
        ("azure", "a woman on an azure background", {"blue", "light blue"}),
        ("emerald", "a girl on an emerald background", {"green", "teal", "mint"}),
        ("fuchsia", "a woman on a fuchsia background", {"pink", "purple", "lavender"}),
        ("tangerine", "a man on a tangerine background", {"orange", "peach"}),
        ("lemon", "a lady on a lemon background", {"yellow"}),
        ("midnight", "a man on a midnight blue background", {"navy", "black", "blue"}),
        ("ivory", "a boy on an ivory background", {"white", "cream"}),
        ("jade", "a guy against a jade background", {"green", "teal", "mint"}),
    ]),
    *_all("style", [
        ("graphic novel", "a woman from a graphic novel, inked", {"micah"}),
        ("pen-and-ink", "a pen-and-ink picture of a man", {"micah"}),
        ("manga", "a man in thick outlined manga linework", {"micah"}),
        ("geometric", "a woman made of plain geometric shapes", {"personas"}),
        ("minimalist", "a minimalist picture of a man, flat", {"personas"}),
        ("disney", "a Disney cartoon girl", {"toon-head"}),
        ("animation", "a boy from an animation film", {"toon-head"}),
        ("userpic", "a userpic of a man", {"avataaars"}),
        ("profile picture", "a vector profile picture of a woman", {"avataaars"}),
    ]),
]  # fmt: skip
