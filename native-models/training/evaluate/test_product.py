"""Evaluation through the product: of the quick pack, which draws nothing that anybody would look at."""

import json

import pytest

from conftest import Quick
from evaluate.product import Product, ProductError, pictures
from models.judge import JUDGED


def test_the_product_draws_edits_leads_explains_and_finds(quick: Quick):
    with Product(quick.pack) as product:
        one, two = product.draw("a man with a beard", seed=1, count=2)
        assert [portrait.id for portrait in product.draw_each(["a hat"], seed=1)] != [one.id]
        assert pictures([one, two]).shape == (2, 3, 128, 128)
        assert product.edit(one, "--slide", "smile=1").id not in (one.id, two.id)
        assert len(product.strip("a man", "a woman", space="w", frames=3, seed=1)) == 3
        assert {one.id, two.id} < set(product.search("a man", 10))
        with pytest.raises(ProductError, match="generate.*invalid-argument"):
            product.run("generate", "red hair", "--seed", "-1")
        assert product.draw("a man with a beard", seed=1)[0].file.read_bytes()


def test_a_product_that_cannot_draw_says_why(quick: Quick):
    with Product(quick.work / "no-such-pack") as product:
        with pytest.raises(ProductError, match="is no model pack.*pack-not-a-pack"):
            product.draw("a man", seed=1)
    with Product(quick.pack) as product:
        product._process.kill()
        with pytest.raises(ProductError, match="clip-flow ended"):
            product.draw("a man", seed=1)


def test_the_card_tells_what_was_measured(quick: Quick):
    figures = json.loads((quick.work / "evaluation" / "figures.json").read_text())
    card = (quick.pack / "MODEL_CARD.md").read_text()
    rows = [(row["kind"], row["gap"]) for row in figures["remedies"]]
    expected = [("conditional", gap) for gap in ("none", "shift", "ensemble")] + [
        ("bijective", "none"),
        ("bijective", "shift"),
        ("conditional", "prior"),
    ]
    assert rows == expected and all(f"| {kind} | {gap} |" in card.replace("*", "") for kind, gap in rows)
    assert all(f"| {name} |" in card for name in JUDGED)
    assert f"{figures['retrievalR1']:.3f} / {figures['retrievalR5']:.3f}" in card
    assert {"generator", "clip", "judge", "conditional", "inverse"} <= figures["trained"].keys()
    for part in ("no discriminator", "## How it came to be", "## Limits", "## Recipe"):
        assert part in card
