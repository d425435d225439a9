"""Writes MODEL_CARD.md from measured figures, so that what it says is what was measured."""

from pathlib import Path

from models.judge import JUDGED

TEXTS = Path(__file__).parent / "card"


def text(name: str) -> str:
    return (TEXTS / f"{name}.md").read_text()


def percent(value: float | None) -> str:
    """A share as per cent; a dash where it was not measured."""
    return "–" if value is None else f"{100 * value:.1f} %"


def training_table(figures: dict) -> list[str]:
    """How long every stage was trained."""
    rows = [f"| {name} | {run['minutes']:.0f} | {run['steps']} |" for name, run in figures["trained"].items()]
    return ["| stage | minutes | steps |", "|---|---|---|", *rows]


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
    for name in JUDGED:
        lines.append(f"| {name} | {' | '.join(percent(row.get(name)) for row in known.values())} |")
    means = " | ".join(f"**{percent(row['mean'])}**" if "mean" in row else "" for row in known.values())
    return [*lines, f"| **mean** | {means} |"]


def remedy_table(figures: dict) -> list[str]:
    lines = [
        "| flow | gap | R-precision, full captions | partial | caption heeded | words taught last | artists' |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in figures["remedies"]:
        shipped = all(row[key] == figures["shipped"][key] for key in ("kind", "gap"))
        mark = "**" if shipped else ""
        cells = [row["kind"], row["gap"], *(percent(row[key]) for key in ("rPrecision", "rPrecisionPartial", "heedsCaption"))]
        cells += [percent(row[key]["mean"]) for key in ("taught", "artists")]
        lines.append("| " + " | ".join(f"{mark}{cell}{mark}" for cell in cells) + " |")
    return lines


def plain_table(figures: dict) -> list[str]:
    """How prompts in plain words are heeded, by the way of asking."""
    rows = [
        f"| {kind} | {row['prompts']} | {percent(row['whole'])} | {percent(row['parts'])} |" for kind, row in figures["plain"].items()
    ]
    return ["| prompts in | how many | all heeded | of the things asked for |", "|---|---|---|---|", *rows]


def slider_table(rows: list[dict]) -> list[str]:
    lines = ["| slider | turns on | largest leak | mean leak |", "|---|---|---|---|"]
    for row in rows:
        leak = row["leak"]
        worst = max(leak, key=leak.get, default=None)
        largest = "–" if worst is None else f"{percent(leak[worst])} ({worst})"
        mean = sum(leak.values()) / len(leak) if leak else None
        lines.append(f"| {row['title']} | {percent(row['on'])} | {largest} | {percent(mean)} |")
    return lines


def figure_table(figures: dict) -> list[str]:
    count, search, explained = f"{figures['frechetCount']:,}", figures["search"], figures["explained"]
    crisp = figures["crispness"]
    retrieval = f"CLIP retrieval R@1 / R@5 of {figures['retrievalCount']:,} held-out portraits, full captions"
    found = f"`search` finds the portrait of a full caption first / among ten, of {search['count']:,}"
    rows = {
        retrieval: f"{figures['retrievalR1']:.3f} / {figures['retrievalR5']:.3f}",
        f"Fréchet distance, {count} random samples (random features)": f"{figures['frechetSamples']:.4f}",
        f"… {count} prompted portraits": f"{figures['frechetPrompted']:.4f}",
        "… the renderer's own held-out pictures (the ceiling)": f"{figures['frechetHeldOut']:.4f}",
        f"width of edges, of {crisp['pictures']} known portraits, as a multiple of the renderer's own": f"{crisp['edgeWidth']:.2f}",
        "… energy of high frequencies, the same": f"{crisp['highFrequency']:.2f}",
        "… PSNR to the renders, median": f"{crisp['psnr']:.1f} dB",
        "diversity of one prompt's portraits, as a share of that of random portraits": percent(figures["diversity"]),
        "inversion error of the flow, largest, in deviations of z": f"{figures['inversionError']:.1e}",
        "log p(z given e) ranks a portrait's own words above others' (AUC)": f"{figures['offPromptAuc']:.3f}",
        "judge's confidence half-way, share of that at the ends, within a style": percent(figures["halfWayWithinStyle"]),
        "… across styles": percent(figures["halfWayAcrossStyles"]),
        found: f"{percent(search['first'])} / {percent(search['amongTen'])}",
        f"phrases that `explain` tells and the judge sees, of {explained['checked']:,} that it can check": percent(explained["right"]),
    }
    return ["| figure | value |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())]


def model_card(figures: dict) -> str:
    shipped, judged, many = figures["shipped"], figures["judgeRPrecision"], figures["manyCaptions"]
    weakest = sorted(figures["attributeResponse"].items(), key=lambda item: item[1])[:3]
    sections = [
        text("head"),
        "## Measured\n",
        "The exported pack is judged as its users have it: portraits are drawn, edited, led from one to another, searched and",
        "explained by `clip-flow`; what no command shows is computed by the pack's own graphs. Pictures are judged by a second",
        "network that took no part in training, of another seed and width. Held-out portraits are of random numbers that training",
        "never met.\n",
        *figure_table(figures),
        f"\nShipped: the {shipped['kind']} flow, gap remedy “{shipped['gap']}”, temperature {shipped['temperature']}.\n",
        "### Attributes asked for in other words\n",
        *attribute_table(figures),
        "\n“Words taught last” are those of unseen-prompts.json, which captions hold back until CLIP's late stage. “Artists' words”",
        "are prompts by somebody who had seen neither captions nor studio (artist-prompts.json, 14 an attribute). “Known portraits,",
        "as drawn” are test portraits whose attributes the mapping network was told: what the generator itself gets wrong. Its",
        f"attribute response is weakest in {', '.join(f'{name} ({value:.2f})' for name, value in weakest)}.\n",
        "### Plain words\n",
        *plain_table(figures),
        "\nPlain-prompts.json, which was written after the captions were frozen: a portrait of each prompt, which counts as heeded",
        "where it shows all that was asked for.\n",
        "### Both kinds of flow, and the remedies for the gap between text and pictures\n",
        *remedy_table(figures),
        f"\nR-precision: the judge finds the prompt among {figures['among']}. It finds the captions of the renderer's own pictures in",
        f"{percent(judged['full'])} (full) and {percent(judged['partial'])} (partial) of cases, which is as much as can be reached.",
        f"Of {many['count']:,} full captions the shipped path's portraits find {percent(many['shipped'])}, real renders",
        f"{percent(figures['manyJudge'])}.",
        "“Caption heeded”: of the attributes that a full caption speaks of, those that the judge sees in the portrait.\n",
        "### Sliders\n",
        "At the end of each slider: how often the attribute is there where it was not, and how often others change, on portraits",
        "drawn from full captions. Named directions:\n",
        *slider_table(figures["sliders"]),
        "\nPhrases:\n",
        *slider_table(figures["textSliders"]),
        "\n## Recipe\n",
        *training_table(figures),
        "",
        text("history"),
        text("limits"),
        "## Sheets\n",
        "`sheets/samples.jpg` random samples, `sheets/prompts.jpg` unseen prompts (four seeds each),",
        "`sheets/between.jpg` ways from one portrait to another.",
    ]
    return "\n".join(sections) + "\n"
