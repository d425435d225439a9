"""Writes MODEL_CARD.md from measured figures, so that what it says is what was measured."""

from pathlib import Path

import torch

from judge import READ

STAGES = ["generator", "preview", "clip-words", "clip-pictures", "clip-meanings", "clip", "judge-pictures", "judge", "conditional", "bijective", "prior", "inverse", "reader"]

HEAD = """# Illustrated portraits: model card

Everything a prompt needs to become a portrait: CLIP (text and image tower), a flow, a StyleGAN2 generator with
mapping network, and a small preview network. Trained from nothing, but for the sentence encoder below the text
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
- Words the captions never use work as far as the table of unseen wording says, and no further. A word that belongs to one
  thing can colour another ("violet hair, yellow hoodie").
- Outlines and mouths are crisp. The comic style's thin glasses are fainter than they should be, above all in a colour near
  the skin's (`hearing.py` says how much of each choice is drawn); where two choices meet that were seldom seen together, a
  part may be drawn softly.
- No clothes or hats in line drawings and comic heads: a prompt that asks for them is drawn in another style.
- Between two styles the picture changes over at some point of the way: styles do not blend.
- R-precision is to be read against what the judge finds of real renders. With less temperature it is higher (0.76 instead
  of 0.71 at 0.2), and the portraits of one prompt are more alike.
"""


def percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def hours_table(work: Path) -> list[str]:
    lines = ["| stage | minutes | steps |", "|---|---|---|"]
    for name in STAGES:
        path = work / f"{name}.pt"
        if path.exists():
            saved = torch.load(path, weights_only=False)
            spent = f"{saved['spent'] / 60:.0f} | {saved['step']}" if saved["step"] else "taken over from the edition before |"
            lines.append(f"| {name} | {spent} |")
    return lines


def attribute_table(figures: dict) -> list[str]:
    best = next(row for row in figures["remedies"] if all(row[k] == figures["shipped"][k] for k in ("kind", "gap")))
    lines = ["| attribute | words no caption had | the same, as shipped | artists' words, as shipped | the judge itself, on real renders |", "|---|---|---|---|---|"]
    columns = (best["unseen"], figures["taught"], figures["artists"])
    for name in READ:
        cells = [percent(row[name]) for row in (*columns, figures["judgeAccuracy"])]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    means = " | ".join(f"**{percent(row['mean'])}**" for row in columns)
    return [*lines, f"| **mean** | {means} | |"]


def remedy_table(figures: dict) -> list[str]:
    lines = ["| flow | gap | R-precision, full captions | partial | caption heeded | unseen wording | artists' |", "|---|---|---|---|---|---|---|"]
    for row in figures["remedies"]:
        shipped = all(row[key] == figures["shipped"][key] for key in ("kind", "gap"))
        mark = "**" if shipped else ""
        cells = [row["kind"], row["gap"], percent(row["rPrecision"]), percent(row["rPrecisionPartial"]), percent(row["heedsCaption"]), percent(row["unseen"]["mean"]), percent(row["artists"]["mean"])]
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
        "Pictures are read by a second encoder that took no part in training, of another seed and width.\n",
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
        "",
        f"Shipped: the {shipped['kind']} flow, gap remedy “{shipped['gap']}”, temperature {shipped['temperature']}.\n",
        "### Attributes asked for in other words\n",
        *attribute_table(figures),
        "\nThe first column was measured while no caption had used the words that decide (unseen-prompts.json); afterwards CLIP",
        "was taught them too, since artists use them, and the second column is what is shipped. What holds the first down is the",
        "sentence encoder: it knows that emerald and ruby are gems and lemon a fruit, not which colours they are. The third",
        "column asks in prompts by somebody who had seen no caption (artist-prompts.json, 12 to 18 an attribute).\n",
        "\n### Both kinds of flow, and the remedies for the gap between text and pictures\n",
        *remedy_table(figures),
        f"\nR-precision: the judge finds the prompt among 100. It finds the captions of the renderer's own pictures in",
        f"{percent(figures['judgeRPrecision']['full'])} (full) and {percent(figures['judgeRPrecision']['partial'])} (partial) of cases, which is as much as can be reached.",
        "“Caption heeded”: attributes of a full caption that the judge reads off the portrait.\n",
        "### Sliders\n",
        "At the end of each slider: how often the attribute is there where it was not, and how often others change. Named",
        "directions on random portraits:\n",
        *slider_table(figures["sliders"]),
        "\nPhrases, on portraits drawn from full captions:\n",
        *slider_table(figures["textSliders"]),
        "",
        "## Recipe\n",
        *hours_table(work),
        "\nGenerator, preview and CLIP's image tower go on from the edition before, of 128 pixels and four styles.\n",
        "\n" + LIMITS,
        "## Sheets\n",
        "`sheets/samples.jpg` random samples, `sheets/prompts.jpg` unseen prompts (four seeds each),",
        "`sheets/between.jpg` ways from one portrait to another.",
    ]
    path.write_text("\n".join(sections) + "\n")
