import type { PathSpace } from '../../contract/generation.ts';
import { resultAt } from '../inference/results.ts';
import type { FlowCode, Residual } from '../latent/code.ts';
import { addScaled, lerp, normalise, scale, slerp } from '../latent/vectors.ts';
import type { PendingCode } from '../session/codes.ts';
import type { Session } from '../session/session.ts';

/** The latent code at a position: 0 is the beginning, 1 the end. */
export type Curve = (position: number) => PendingCode;

/**
 * The curve between two latent codes. Its ends are the codes themselves, number for number; what is said
 * of the spaces holds in between:
 *
 * - `clip`: the embedding takes the great arc between the two, and the noise likewise.
 * - `flow`: both portraits are inverted under the embedding halfway, and the noise that they are there
 *   takes the arc (the flow's base space is Gaussian, where arcs keep to likely lengths).
 * - `w`: a straight line, for the mapping network has straightened that space (Karras, Laine & Aila,
 *   "A style-based generator architecture…", 2019, §4).
 */
export async function curveBetween(
  from: FlowCode,
  to: FlowCode,
  path: PathSpace,
  session: Session,
): Promise<Curve> {
  const inside = await insideOf(from, to, path, session);
  return (position) => {
    if (position === 0) return from;
    return position === 1 ? to : inside(position);
  };
}

async function insideOf(
  from: FlowCode,
  to: FlowCode,
  path: PathSpace,
  session: Session,
): Promise<Curve> {
  const { space } = session.models.generator;
  const residualBetween = (a: Residual, b: Residual, t: number): Residual => {
    if (a && b) return lerp(...space.alike(a, b), t);
    return (a && scale(a, 1 - t)) ?? (b && scale(b, t));
  };
  const restOf = (start: FlowCode, end: FlowCode, t: number) => ({
    truncation: start.truncation + t * (end.truncation - start.truncation),
    residual: residualBetween(start.residual, end.residual, t),
  });
  switch (path) {
    case 'clip':
      return (t) => ({
        z: slerp(from.z, to.z, t),
        e: normalise(slerp(from.e, to.e, t)),
        ...restOf(from, to, t),
      });
    case 'flow': {
      const e = normalise(addScaled(from.e, to.e));
      const [start, end] = [await invertUnder(e, from, session), await invertUnder(e, to, session)];
      return (t) => ({ z: slerp(start.z, end.z, t), e, ...restOf(start, end, t) });
    }
    case 'w': {
      const ends = space.alike(from.w, to.w);
      return (t) => ({ z: null, e: null, w: lerp(...ends, t), truncation: 1 });
    }
  }
}

/** The end of a path as it is under another embedding than its own. */
async function invertUnder(
  e: Float32Array,
  end: FlowCode,
  { models, codes }: Session,
): Promise<FlowCode> {
  const options = { priority: 'interactive' } as const;
  const w = resultAt(await models.flow.decode([end], options), 0);
  return codes.invert({ w, e }, end, options);
}
