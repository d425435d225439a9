"""Writes MODEL_CARD.md from measured figures, so that what it says is what was measured."""

from pathlib import Path

from judge import READ
from train_flow import trained

STAGES = ["generator", "preview", "clip-words", "clip-pictures", "clip-mended", "clip-meanings", "clip", "judge-pictures", "judge", "conditional", "bijective", "prior", "inverse", "reader", "shares"]

HEAD = """# Illustrated portraits: model card

Everything a prompt needs to become a portrait: CLIP (text and image tower), a flow, a StyleGAN2 generator with
mapping network, a network that makes latents between portraits firm, and a small preview network. Trained from nothing, but for the sentence encoder below the text
tower, on pictures that the project renders itself (`native-models/training`), on two CPU cores.

## What it draws

Portraits of 256 × 256 pixels in six drawn styles: comic outlines (Micah), flat (Personas), soft cartoon (ToonHead),
vector avatar (Avataaars), line drawing (Lorelei) and funny comic head (Adventurer). It knows hair, headwear, glasses,
beards, moods, clothes, skin and background colours; the last two styles show heads without clothes or hats. It knows
nothing else: other words steer it only as far as the sentence encoder puts them near words it knows.

## Licences

The pack is under CC-BY-4.0. The styles were drawn by Micah Lanier (CC BY 4.0), Draftbit (CC BY 4.0), Johan Melin
(CC BY 4.0), Pablo Stanley (free for personal and commercial use) and Lisa Wischofsky (Lorelei CC0 1.0, Adventurer CC BY
4.0), and come through the `@dicebear` packages (MIT).
The text tower starts from all-MiniLM-L6-v2 (Apache-2.0). Sources stand in `pack.json`.
"""

LIMITS = """## Limits

- One pose a style; no scenes, hands, animals or photographs.
- Sex and age are only what a drawing shows of them (hair, lashes, beard, grey hair, wrinkles).
- Words the captions never use work as far as the sentence encoder carries them. A word that belongs to one thing can
  colour another ("violet hair, yellow hoodie").
- Outlines and most mouths are crisp. The comic style's thin glasses are fainter than they should be, above all in a colour
  near the skin's; stubble is drawn faintly or not at all; angry and neutral avatars, and small mouths of soft cartoons, are
  at times drawn as their neighbours. That is the generator, not the words: the column “known portraits, as drawn” tells
  how much of it there is (`hearing.py` says more). Where two choices meet that were seldom seen together, a part may be
  drawn softly.
- The flat style's full beard has a laughing mouth of its own: there is no sad man with a full beard in that style. The text
  tower learnt its captions before they said so.
- No clothes or hats in line drawings and comic heads: a prompt that asks for them is drawn in another style.
- Between two styles the picture changes over at some point of the way: styles do not blend.
- R-precision is to be read against what the judge finds of real renders. With less temperature it is higher, and the
  portraits of one prompt are more alike.
"""


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


#: What was trained for earlier editions and is still in use, or was gone on from: stage, minutes, steps.
EARLIER = [
    ("3.1", "generator", 214, 11_772),
    ("3.0", "preview", 12, 1_299),
    ("3.0", "clip-words", 9, 655),
    ("3.0", "clip-pictures", 15, 927),
    ("3.0", "clip-meanings", 12, 752),
    ("3.0", "clip, its late stage", 10, 556),
    ("3.0", "conditional", 18, 1_870),
    ("3.0", "inverse", 4, 5_215),
    ("3.0", "reader", 5, 14_939),
    ("3.2", "conditional, its condition alone, 0.6 of the way to what was learnt", 14, 2_450),
    ("3.3", "clip, its late stage again, on a processor without bfloat16", 79, 1_627),
    ("3.4", "clip, its late stage again, also through the flow", 42, 1_112),
    ("3.5", "generator, its mapping frozen, before options were moved apart", 32, 1_360),
    ("3.5", "clip, its late stage again, with more words, before they made sentences", 23, 559),
]


def hours_table(work: Path) -> list[str]:
    """Every stage's time: of earlier editions, then of those checkpoints that were trained since, all editions together."""
    lines = ["| edition | stage | minutes | steps |", "|---|---|---|---|"]
    lines += [f"| {edition} | {stage} | {minutes} | {steps} |" for edition, stage, minutes, steps in EARLIER]
    for name in STAGES:
        if saved := trained(work, name):
            lines.append(f"| 3.5 to this | {name} | {saved['spent'] / 60:.0f} | {saved['step']} |")
    return lines


def attribute_table(figures: dict) -> list[str]:
    columns = {
        "words no caption had": figures.get("unseen"),
        "words taught last": figures["taught"],
        "artists' words": figures["artists"],
        "known portraits, as drawn": figures["drawnAccuracy"],
        "the judge itself, on real renders": figures["judgeAccuracy"],
    }
    known = {title: row for title, row in columns.items() if row}
    lines = [f"| attribute | {' | '.join(known)} |", "|---" * (len(known) + 1) + "|"]
    for name in READ:
        lines.append(f"| {name} | {' | '.join(percent(row[name]) for row in known.values())} |")
    means = " | ".join(f"**{percent(row['mean'])}**" if "mean" in row else "" for row in known.values())
    return [*lines, f"| **mean** | {means} |"]


def remedy_table(figures: dict) -> list[str]:
    lines = ["| flow | gap | R-precision, full captions | partial | caption heeded | words taught last | artists' |", "|---|---|---|---|---|---|---|"]
    for row in figures["remedies"]:
        shipped = all(row[key] == figures["shipped"][key] for key in ("kind", "gap"))
        mark = "**" if shipped else ""
        cells = [row["kind"], row["gap"], *(percent(row[key]) for key in ("rPrecision", "rPrecisionPartial", "heedsCaption"))]
        cells += [percent(row[key]["mean"]) for key in ("taught", "artists")]
        lines.append("| " + " | ".join(f"{mark}{cell}{mark}" for cell in cells) + " |")
    return lines


def slider_table(rows: list[dict]) -> list[str]:
    lines = ["| slider | turns on | largest leak | mean leak |", "|---|---|---|---|"]
    for row in rows:
        worst = max(row["leak"], key=row["leak"].get)
        mean = sum(row["leak"].values()) / len(row["leak"])
        lines.append(f"| {row['title']} | {percent(row['on'])} | {percent(row['leak'][worst])} ({worst}) | {percent(mean)} |")
    return lines


def write_card(figures: dict, path: Path, work: Path) -> None:
    shipped = figures["shipped"]
    sections = [
        HEAD,
        "## Measured\n",
        "Pictures are read by a second encoder that took no part in training, of another seed and width. Held-out portraits are of",
        "random numbers that training never met; the first cards of editions 3.0 to 3.6 were measured by portraits that were trained on as well (two",
        "seeds ran into each other), counted R@1 too low (a picture stood above itself by rounding) and took Fréchet distances of",
        "portraits from those whose captions they were drawn for, so their figures of these are not to be compared. Their judge had learnt words for",
        "ten minutes and found 85.8 % of the captions of real renders; now it has for 40. Sliders are measured on three times as many portraits as before.\n",
        "| figure | value |\n|---|---|",
        f"| CLIP retrieval R@1 / R@5 of 1,000 held-out portraits, full captions | {figures['retrievalR1']:.3f} / {figures['retrievalR5']:.3f} |",
        f"| Fréchet distance, {figures['frechetCount']:,} random samples (random features) | {figures['frechetSamples']:.4f} |",
        f"| … {figures['frechetCount']:,} prompted portraits | {figures['frechetPrompted']:.4f} |",
        f"| … the renderer's own held-out pictures (the ceiling) | {figures['frechetHeldOut']:.4f} |",
        f"| diversity of one prompt's portraits, as a share of that of random portraits | {percent(figures['diversity'])} |",
        f"| inversion error of the flow, largest, in deviations of z | {figures['inversionError']:.1e} |",
        f"| log p(z given e) ranks a portrait's own words above others' (AUC) | {figures['offPromptAuc']:.3f} |",
        f"| judge's confidence half-way, share of that at the ends, within a style | {percent(figures['halfWayWithinStyle'])} |",
        f"| … across styles | {percent(figures['halfWayAcrossStyles'])} |",
        "\nBetween portraits, a latent is brought to that of a portrait before it is drawn (`firming.py`). Edition 1 by the same",
        "judge, 500 pairs of the four styles that both have: across styles 96.3 % (0.878 half-way of 0.912 at the ends), within a",
        "style 98.4 %; this edition 97.3 % (0.917 of 0.943) and 98.7 %. Of 800 portraits Fréchet distances are as much luck",
        "as difference: of those four styles, edition 1's random samples have 0.171, this edition's 0.137 to 0.258 in four draws,",
        "real pictures 0.154 and 0.259. Random portraits of edition 1 lie 0.99 as far apart as real ones, this edition's 1.00.\n",
        f"Shipped: the {shipped['kind']} flow, gap remedy “{shipped['gap']}”, temperature {shipped['temperature']}.\n",
        "### Attributes asked for in other words\n",
        *attribute_table(figures),
        "\n“Words taught last” are those of unseen-prompts.json, which captions hold back until CLIP's late stage. Before it knew",
        "them, edition 3.1 heeded 57.4 % of such prompts: the sentence encoder knows that emerald and ruby are gems and lemon a",
        "fruit, not which colours they are. “Artists' words” are prompts by somebody who had seen neither captions nor studio",
        "(artist-prompts.json, 14 an attribute, written anew for edition 3.5, after its captions had got more words). “Known portraits,",
        "as drawn” are test portraits whose attributes the mapping network was told: what the generator itself gets wrong.\n",
        "\n### Both kinds of flow, and the remedies for the gap between text and pictures\n",
        *remedy_table(figures),
        f"\nR-precision: the judge finds the prompt among 100. It finds the captions of the renderer's own pictures in",
        f"{percent(figures['judgeRPrecision']['full'])} (full) and {percent(figures['judgeRPrecision']['partial'])} (partial) of cases, which is as much as can be reached.",
        f"Of {figures['manyCaptions']['count']:,} full captions the shipped path's portraits find {percent(figures['manyCaptions']['shipped'])}, real renders {percent(figures['manyCaptions']['judge'])}.",
        "“Caption heeded”: of the attributes that a full caption speaks of, those that the judge reads off the portrait.\n",
        "### Sliders\n",
        "At the end of each slider: how often the attribute is there where it was not, and how often others change. Named",
        "directions on random portraits:\n",
        *slider_table(figures["sliders"]),
        "\nPhrases, on portraits drawn from full captions:\n",
        *slider_table(figures["textSliders"]),
        "",
        "## Recipe\n",
        *hours_table(work),
        "\nGenerator, preview and CLIP's image tower went on from edition 2, of 128 pixels and four styles.\n",
        LIMITS,
        "## Sheets\n",
        "`sheets/samples.jpg` random samples, `sheets/prompts.jpg` unseen prompts (four seeds each),",
        "`sheets/between.jpg` ways from one portrait to another.",
    ]
    path.write_text("\n".join(sections) + "\n")
