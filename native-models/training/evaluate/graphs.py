"""A pack's own graphs, for what no command shows: random z, known portraits, likelihoods, embeddings of pictures."""

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from common.setup import read_json, unit
from data.portraits import Portraits
from export import from_pack
from export.manifest import graphs_of, layers_of_pack
from export.onnx_export import open_graph
from models.clip import IMAGE_SIZE
from models.sampler import AttributeSampler
from models.text import CONTEXT_LENGTH, tokenize

BATCH = 32


class Graphs:
    """The graphs of a pack folder, as the manifest names them."""

    def __init__(self, pack: Path):
        self.pack, self.manifest = Path(pack), read_json(Path(pack) / "pack.json")
        self.paths, self.layers = graphs_of(self.manifest), layers_of_pack(self.manifest)
        self.shift = torch.from_numpy(np.fromfile(self.pack / self.paths["shift"], "<f4"))
        self.tokenizer = Tokenizer.from_file(str(self.pack / self.paths["tokenizer"]))
        self.tokenizer.enable_truncation(CONTEXT_LENGTH)
        self.tokenizer.enable_padding()
        self.sessions: dict = {}

    def run(self, graph: str, **inputs: torch.Tensor) -> list[torch.Tensor]:
        """The outputs of a graph, for rows that are given to it in batches."""
        if graph not in self.sessions:
            self.sessions[graph] = open_graph(self.pack / self.paths[graph])
        parts = zip(*(value.split(BATCH) for value in inputs.values()))
        made = [self.sessions[graph].run(None, {name: x.contiguous().numpy() for name, x in zip(inputs, part)}) for part in parts]
        return [torch.from_numpy(np.concatenate(rows)) for rows in zip(*made)]

    def embed_texts(self, prompts: list[str]) -> torch.Tensor:
        """Unit embeddings [N, 512], raw."""
        parts = [tokenize(self.tokenizer, prompts[at : at + BATCH]) for at in range(0, len(prompts), BATCH)]
        return torch.cat([self.run("text", input_ids=ids, attention_mask=mask)[0] for ids, mask in parts])

    def over_the_gap(self, prompts: list[str]) -> torch.Tensor:
        """Unit embeddings [N, 512] shifted to where pictures lie."""
        return unit(self.embed_texts(prompts) + self.shift)

    def embed_pictures(self, pictures: torch.Tensor) -> torch.Tensor:
        """Unit embeddings [N, 512] of pictures [N, 3, 128, 128]."""
        return self.run("image", pixel_values=pictures)[0]

    def draw(self, z: torch.Tensor) -> torch.Tensor:
        """Pictures [N, 3, 128, 128] of z [N, 512], as the judge sees them."""
        (w,) = self.run("mapping", z=z)
        (projected,) = self.run("projection", w=w)
        # Each batch is made small at once: a thousand pictures at full size would fill the memory.
        parts = (self.run("synthesis", w=part[:, None].expand(-1, self.layers, -1))[0] for part in projected.split(BATCH))
        return torch.cat([F.avg_pool2d(part.clamp(-1, 1), part.shape[-1] // IMAGE_SIZE) for part in parts])

    def draw_whole(self, w: torch.Tensor) -> torch.Tensor:
        """Pictures [N, 3, H, W] in [-1, 1] of w [N, 512], as large as the pack draws them; of a batch at most."""
        (projected,) = self.run("projection", w=w)
        return self.run("synthesis", w=projected[:, None].expand(-1, self.layers, -1))[0].clamp(-1, 1)

    def log_likelihood(self, w: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
        """log p(z | e) of the z that w shows, in nats: [N]."""
        noise, log_det = self.run("encode", w=w, e=e)
        return log_det - 0.5 * (noise.square().sum(1) + noise.shape[1] * math.log(2 * math.pi))


def known_latents(data: Portraits, count: int) -> torch.Tensor:
    """z [count, 512] that the mapping network turns into the first portraits."""
    sampler = AttributeSampler(data.attributes)
    own = [_own_choices(data, record["a"]) for record in data.records[:count]]
    return sampler.infer(data.a[:count], data.named[:count], data.persona[:count], torch.tensor(own))


def _own_choices(data: Portraits, portrait: dict) -> list[int]:
    """Its options, and -1 for the groups of other styles."""
    return [portrait["options"][group] if style == portrait["style"] else -1 for style, group in data.attributes.slices]


@torch.no_grad()
def inversion_error(graphs: Graphs, w: torch.Tensor, e: torch.Tensor) -> float:
    """Largest difference of z after z → noise → z by the pack's flow, float32, in deviations of z."""
    flow, inverse = from_pack.flow_of(graphs.pack).eval(), from_pack.inverse_of(graphs.pack).eval()
    z = inverse(w)
    noise, _ = flow(z, e)
    return (flow.inverse(noise, e) - z).abs().max().item()


def likelihood_auc(graphs: Graphs, w: torch.Tensor, e: torch.Tensor) -> float:
    """How well log p(z | e) tells a portrait's own words from others'."""
    own, other = graphs.log_likelihood(w, e), graphs.log_likelihood(w, e.roll(1, 0))
    return (own[:, None] > other[None]).float().mean().item()
