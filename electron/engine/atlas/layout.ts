/**
 * Two dimensions for many: UMAP (McInnes, Healy & Melville, "UMAP: uniform manifold approximation and projection for
 * dimension reduction", 2018) of some thousand landmarks, among which all others are placed. So a library of a
 * million takes minutes and not days, and a portrait that comes later moves no other.
 */
import { uniformIntegers } from '../latent/gaussian.ts';
import { principalComponents } from '../latent/principal-components.ts';
import { addScaled, dot, mean, norm, normalise, scale } from '../latent/vectors.ts';
import { nearestRows } from './nearest-rows.ts';

/** Landmarks: enough that every cluster has some, few enough to compare each portrait with. */
export const MAX_LANDMARKS = 2_048;
/** Principal components of embeddings that distances are taken in. */
const MAX_COMPONENTS = 32;
/** Fewer than this are laid out along their first two principal components, of which UMAP could make nothing. */
const ENOUGH_FOR_UMAP = 12;
/** As in the paper's experiments (§5). */
const NEIGHBOURS = 15;
const MIN_DISTANCE = 0.15;
/** Landmarks between which a portrait lies. */
const PLACED_AMONG = 4;
/** What is left free around all of them. */
const MARGIN = 0.03;
/** How far portraits that look the same are laid apart. */
const APART = 0.0015;

/** What places are computed by. */
export interface Layout {
  /** Of the embeddings, [clip]. */
  readonly mean: Float32Array;
  /** Unit vectors, [components][clip]. */
  readonly components: readonly Float32Array[];
  /** Along the components, [landmarks][components]. */
  readonly landmarks: readonly Float32Array[];
  /** Where the landmarks lie, [landmarks][2], 0 to 1. */
  readonly places: readonly Float32Array[];
}

/**
 * Lays embeddings out; always the same for the same ones in the same order.
 *
 * @param embeddings at least one, [clip] each, of any length but zero
 * @param onEpoch told how far it is, 0 to 1
 */
export async function layOut(
  embeddings: readonly Float32Array[],
  onEpoch: (done: number) => void,
): Promise<Layout> {
  const units = embeddings.map(normalise);
  const centre = mean(units);
  const components = await componentsOf(units);
  const landmarks = units.map((unit) => along(unit, centre, components));
  const raw =
    landmarks.length < ENOUGH_FOR_UMAP ? firstTwo(landmarks) : await umap(landmarks, onEpoch);
  return { mean: centre, components, landmarks, places: withinUnitSquare(raw) };
}

/**
 * Where embeddings lie among the landmarks: at the mean of the nearest, each by the inverse of its squared distance,
 * so that a landmark lies where it is. What looks the same is laid a little apart, each by its own number.
 *
 * @param numbers of the embeddings, which tell those apart that look the same
 * @returns [2] each
 */
export function placesOf(
  layout: Layout,
  embeddings: readonly Float32Array[],
  numbers: readonly number[],
): Float32Array[] {
  return embeddings.map((embedding, index) => {
    const point = along(normalise(embedding), layout.mean, layout.components);
    const nearest = nearestRows(layout.landmarks, point, PLACED_AMONG);
    const place = weightedMean(
      nearest.map(({ row }) => layout.places[row] ?? new Float32Array(2)),
      nearest.map(({ distance }) => 1 / (distance * distance + 1e-9)),
    );
    return addScaled(place, nudge(numbers[index] ?? 0), APART);
  });
}

async function componentsOf(units: readonly Float32Array[]): Promise<Float32Array[]> {
  const count = Math.min(MAX_COMPONENTS, units.length - 1);
  const components = count > 0 ? await principalComponents(units, count) : [];
  return components.filter((component) => norm(component) > 1e-6).map(normalise);
}

function along(
  unit: Float32Array,
  centre: Float32Array,
  components: readonly Float32Array[],
): Float32Array {
  const rest = addScaled(unit, centre, -1);
  return Float32Array.from(components, (component) => dot(rest, component));
}

function firstTwo(points: readonly Float32Array[]): Float32Array[] {
  return points.map((point) => Float32Array.of(point[0] ?? 0, point[1] ?? 0));
}

async function umap(
  points: readonly Float32Array[],
  onEpoch: (done: number) => void,
): Promise<Float32Array[]> {
  const { UMAP } = await import('umap-js');
  const neighbours = Math.min(NEIGHBOURS, points.length - 1);
  const next = uniformIntegers(0);
  const fit = new UMAP({
    nNeighbors: neighbours,
    minDist: MIN_DISTANCE,
    random: () => next() / 2 ** 32,
  });
  const nearest = points.map((point) => nearestRows(points, point, neighbours));
  fit.setPrecomputedKNN(
    nearest.map((found) => found.map(({ row }) => row)),
    nearest.map((found) => found.map(({ distance }) => distance)),
  );
  const epochs = fit.initializeFit(points.map((point) => [...point]));
  beginAt(fit.getEmbedding(), points);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    fit.step();
    onEpoch((epoch + 1) / epochs);
  }
  return fit.getEmbedding().map((row) => Float32Array.from(row));
}

/**
 * The library begins anywhere; beginning at the first two principal components keeps what is far apart far apart
 * (Kobak & Linderman, "Initialization is critical for preserving global data structure in both t-SNE and UMAP", 2021).
 *
 * @param rows those that the fit goes on from, which are changed
 */
function beginAt(rows: number[][], points: readonly Float32Array[]): void {
  const spread = Math.max(...points.map((point) => Math.abs(point[0] ?? 0))) || 1;
  for (const [index, row] of rows.entries()) {
    row[0] = (10 * (points[index]?.[0] ?? 0)) / spread;
    row[1] = (10 * (points[index]?.[1] ?? 0)) / spread;
  }
}

function withinUnitSquare(points: readonly Float32Array[]): Float32Array[] {
  const bounds = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis] ?? 0);
    return { low: Math.min(...values), high: Math.max(...values) };
  });
  const side = Math.max(...bounds.map(({ low, high }) => high - low)) || 1;
  return points.map((point) =>
    Float32Array.from(bounds, ({ low, high }, axis) => {
      const middle = (low + high) / 2;
      return 0.5 + (((point[axis] ?? 0) - middle) / side) * (1 - 2 * MARGIN);
    }),
  );
}

function weightedMean(points: readonly Float32Array[], weights: readonly number[]): Float32Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return points.reduce(
    (sum, point, index) => addScaled(sum, point, (weights[index] ?? 0) / total),
    new Float32Array(2),
  );
}

/** Somewhere in the unit disc, always the same for one number. */
function nudge(number: number): Float32Array {
  const next = uniformIntegers(number);
  const angle = (next() / 2 ** 32) * 2 * Math.PI;
  return scale(Float32Array.of(Math.cos(angle), Math.sin(angle)), Math.sqrt(next() / 2 ** 32));
}
