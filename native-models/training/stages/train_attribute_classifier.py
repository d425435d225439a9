"""Teaches attribute classifiers to tell from w what a portrait shows, also off truncated and noisy ones.

python -m stages.train_attribute_classifier --data DIR portraits --minutes 5    of any portrait, which it is most likely
                                                                                to be: for the attribute editor
python -m stages.train_attribute_classifier --data DIR between   --minutes 25   also between two, how much of each: for
                                                                                the manifold projection
"""

import torch
import torch.nn.functional as F

from common.fit import Average, Loss, TrainingRun, fit, peak
from common.options import stage_options
from common.setup import seed_everything
from data.portraits import Attributes
from models.attribute_classifier import AttributeClassifier
from models.checkpoints import CLASSIFIERS, load_generator
from models.generator import Generator
from models.sampler import W_SIZE

SETTINGS = {
    "batch": 512,
    "rate": 1e-3,
    "ema_decay": 0.995,
    "noise": 0.1,  # largest deviation of the noise on w, as a share of w's
    "truncation": {"portraits": (0.5, 1.0), "between": (0.1, 1.5)},  # of half of all w's
    "recombined": 0.5,  # share of portraits with choices of others, before they are led away
    "ways": 2,  # that lead a w away from its portrait, one after the other: the studio also blends more than two
    "between": 0.45,  # how often each does
    "within_style": 0.6,  # how often it leads to a portrait of the same style
    "colour_weight": 10.0,
}


def recombined(known: torch.Tensor, attributes: Attributes) -> torch.Tensor:
    """Portraits [N, size], some with choices of others of their style: what sliders put together, chance seldom does."""
    mixed = known.clone()
    for (style, _), part in attributes.slices.items():
        of_style = (known[:, attributes.style_names.index(style)] > 0).nonzero()[:, 0]
        mixed[of_style, part] = known[of_style[torch.randperm(len(of_style))], part]
    return torch.where(torch.rand(len(known), 1) < SETTINGS["recombined"], mixed, known)


def towards_others(known: torch.Tensor, w: torch.Tensor, styles: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Portraits [N, size] and their w [N, 512] in another order, some of them part of the way to another."""
    order = known[:, :styles].argmax(1).argsort()
    known, w = known[order], w[order]
    neighbour, anyone = torch.arange(len(w)).roll(1), torch.randperm(len(w))
    other = torch.where(torch.rand(len(w)) < SETTINGS["within_style"], neighbour, anyone)
    t = torch.rand(len(w), 1) * (torch.rand(len(w), 1) < SETTINGS["between"])
    return torch.lerp(known, known[other], t), torch.lerp(w, w[other], t)


def classification_loss(classifier: AttributeClassifier, generator: Generator, trained_on: str) -> torch.Tensor:
    attributes = classifier.attributes
    with torch.no_grad():
        known = generator.mapping.sampler(torch.randn(SETTINGS["batch"], W_SIZE))
        if trained_on == "between":
            known = recombined(known, attributes)
        w = generator.mapping.from_attributes(known)
        for _ in range(SETTINGS["ways"] if trained_on == "between" else 0):
            known, w = towards_others(known, w, len(attributes.styles))
        w = w + SETTINGS["noise"] * torch.rand(len(w), 1) * classifier.deviation * torch.randn_like(w)
        low, high = SETTINGS["truncation"][trained_on]
        psi = torch.where(torch.rand(len(w), 1) < 0.5, low + (high - low) * torch.rand(len(w), 1), 1.0)
        w = torch.lerp(generator.mean_w[None], w, psi)
    scores = classifier.scores(w)
    colours = F.mse_loss(scores[:, attributes.colours], known[:, attributes.colours])
    return attributes.choice_loss(scores, known) + SETTINGS["colour_weight"] * colours


def main() -> None:
    parser = stage_options(__doc__, seed=8, minutes=4, settings=SETTINGS)
    parser.add_argument("trained_on", choices=list(CLASSIFIERS))
    options = parser.parse_args()
    seed_everything(options.seed)
    generator = load_generator(options.work, Attributes.of(options.data)).requires_grad_(False)
    classifier = AttributeClassifier(generator.mapping.sampler.attributes, generator.mean_w, generator.deviation_of_w())
    optimiser = torch.optim.AdamW([peak(classifier.layers.parameters(), SETTINGS["rate"])], betas=(0.9, 0.98), weight_decay=1e-3)
    ema = Average(classifier, SETTINGS["ema_decay"])
    state = {"classifier": classifier, "ema": ema, "optimiser": optimiser}
    run = TrainingRun(CLASSIFIERS[options.trained_on], options, SETTINGS, state)

    def loss_at(_: int) -> Loss:
        loss = classification_loss(classifier, generator, options.trained_on)
        return loss, {"loss": loss.item()}

    fit(run, classifier, [optimiser], loss_at, average=ema)


if __name__ == "__main__":
    main()
