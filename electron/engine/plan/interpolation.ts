import type { Between, KeepRequest } from '../../contract/draw.ts';
import type { Lineage } from '../../contract/generation.ts';
import { type KeepMomentRequest, momentAt } from '../../contract/timeline.ts';
import type { CallOptions } from '../inference/inference.ts';
import type { LatentCode } from '../latent/code.ts';
import { locateMoment, type PathPosition, positionOn, segmentOf } from '../path/moments.ts';
import { noiseOf } from '../path/paths.ts';
import { type SamplingSettings, samplingSettings } from '../session/sampling-settings.ts';
import type { GenerationPlan, Tools } from './generation-plan.ts';

/** A position of a path between two anchors. */
export async function planPosition(
  { position: asked, even, ...between }: KeepRequest,
  { session, paths }: Tools,
  options: CallOptions,
): Promise<GenerationPlan> {
  const path = await paths.between(between);
  const inherited = noiseOf(between.from, session.reader);
  const settings = samplingSettings(session.models, inherited, between.settings);
  const position = await positionOn(path, asked, even, options.signal);
  const { from, to, path: space } = between;
  const { truncation } = settings;
  const source = { kind: 'interpolation' as const, path: space, from, to, position, truncation };
  return planOf(await path.at(position, options), { between, source, settings });
}

/**
 * A moment of a timeline.
 *
 * @param known where the moment lies, when it was located before
 */
export async function planMoment(
  { timeline, at }: KeepMomentRequest,
  { session, paths }: Tools,
  options: CallOptions,
  known?: PathPosition,
): Promise<GenerationPlan> {
  const moment = momentAt(timeline, at);
  const between = segmentOf(timeline, known?.segment ?? moment.segment);
  const path = await paths.between(between);
  const located = known ?? (await locateMoment(timeline, moment, path, options.signal));
  const source = { kind: 'timeline' as const, timeline, at, ...located };
  const inherited = noiseOf(between.from, session.reader);
  const settings = samplingSettings(session.models, inherited, between.settings);
  return planOf(await path.at(located.position, options), { between, source, settings });
}

/** A latent code of a path, and the edge of the lineage that tells of it. */
function planOf(
  code: LatentCode,
  { between, source, settings }: { between: Between; source: Lineage; settings: SamplingSettings },
): GenerationPlan {
  const parents = [between.from, between.to].flatMap((anchor) =>
    anchor.kind === 'portrait' ? [anchor.id] : [],
  );
  return {
    ...{ prompt: '', words: null, seed: null, parents, source },
    settings: { ...settings, truncation: code.truncation, count: 1 },
    code: () => code,
  };
}
