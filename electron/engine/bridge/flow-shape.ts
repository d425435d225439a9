/** What a flow between w and embeddings is made of: sizes, parameters, and what is fixed before it learns. */

/** Sizes of a flow that are chosen before its pairs are looked at. */
export interface FlowSizes {
  /** w = f(z; e) with noise z, or w = f(e). */
  readonly kind: 'conditional' | 'bijective';
  /** Width of w. */
  readonly w: number;
  /** Width of an embedding. */
  readonly clip: number;
  readonly steps: number;
  /** Width of the coupling networks. */
  readonly hidden: number;
  /** Width of what couplings are told of the embedding. */
  readonly condition: number;
  /** Width of the network that reads the embedding. */
  readonly reading: number;
  /** A coupling's log-scale lies within ± this. */
  readonly cap: number;
  /** Whether the flow is told how much noise is on the embedding. */
  readonly noiseLevels: boolean;
}

/** Sizes of a flow. */
export interface FlowShape extends FlowSizes {
  /**
   * How many principal components of w go through the couplings, the largest ones. The others hold too little to learn
   * from: the last numbers of z are their deviations. All of them in a bijective flow, which has no z.
   */
  readonly coupled: number;
}

/** What is fixed of a step's matrix W = P·L·(U + diag(±s)) (Kingma & Dhariwal, "Glow", 2018, §3.2). */
export interface Mixing {
  /** Row i of the matrix is row `permutation[i]` of L·(U + diag(±s)). */
  readonly permutation: number[];
  /** Of the diagonal, ±1 each. */
  readonly sign: number[];
}

/** Fixed first layer x = V·(w − mean) / deviations. */
export interface Whitening {
  readonly mean: Float64Array;
  /** Principal components V of w [w, w], a row each, the largest first. */
  readonly components: Float64Array;
  /** Along each of them, [w]. */
  readonly deviations: Float64Array;
}

/** Fixed layer before the condition: (e − mean) · scale, each [clip]. */
export interface Standardisation {
  readonly mean: Float64Array;
  readonly scale: Float64Array;
}

/** All of a flow but what it learns. */
export interface FlowDefinition {
  readonly shape: FlowShape;
  readonly mixing: Mixing[];
  readonly whitening: Whitening;
  readonly standardisation: Standardisation;
}

/** A tensor that is learnt. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
}

/** How many numbers of a row a coupling leaves as they are. */
export function keptOf({ coupled }: FlowShape): number {
  return Math.ceil(coupled / 2);
}

/** In the order in which files hold them. */
export function parametersOf(shape: FlowShape): Parameter[] {
  const steps = Array.from({ length: shape.steps }, (_, i) => stepParameters(shape, `steps.${i}`));
  return [...steps.flat(), ...conditionParameters(shape)];
}

function stepParameters(shape: FlowShape, step: string): Parameter[] {
  const { coupled, hidden, condition } = shape;
  const kept = keptOf(shape);
  const read = kept + (shape.kind === 'conditional' ? condition : 0);
  return [
    { name: `${step}.norm.bias`, dims: [coupled] },
    { name: `${step}.norm.log_scale`, dims: [coupled] },
    { name: `${step}.mix.lower`, dims: [coupled, coupled] },
    { name: `${step}.mix.upper`, dims: [coupled, coupled] },
    { name: `${step}.mix.log_s`, dims: [coupled] },
    ...linear(`${step}.couple.first`, read, hidden),
    ...linear(`${step}.couple.second`, hidden, hidden),
    ...linear(`${step}.couple.last`, hidden, 2 * (coupled - kept)),
  ];
}

function conditionParameters({ kind, clip, noiseLevels, reading, condition }: FlowShape) {
  if (kind === 'bijective') return [];
  return [
    ...linear('condition.0', clip + (noiseLevels ? 1 : 0), reading),
    ...linear('condition.2', reading, reading),
    ...linear('condition.4', reading, condition),
  ];
}

function linear(name: string, from: number, to: number): Parameter[] {
  return [
    { name: `${name}.weight`, dims: [to, from] },
    { name: `${name}.bias`, dims: [to] },
  ];
}

export function sizeOf({ dims }: Parameter): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
