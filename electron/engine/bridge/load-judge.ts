import { Clip } from '../clip/clip.ts';
import type { Component } from '../components/component.ts';
import type { JudgeFor } from '../evaluation/compare-remedies.ts';
import { clipAsJudge } from '../evaluation/judges.ts';
import type { Inference } from '../inference/inference.ts';
import { type VerifyOptions, verifyFiles } from '../packs/integrity.ts';

/**
 * Loads a CLIP that judges what another has chosen.
 *
 * @param prompts all that are compared
 * @throws StudioError `pack-file-missing`, `pack-file-corrupt`
 */
export async function loadJudge(
  judge: Component<'clip'>,
  prompts: readonly string[],
  inference: Inference,
  options: VerifyOptions,
): Promise<JudgeFor> {
  await verifyFiles(judge.folder, judge.manifest, options);
  const clip = await Clip.load(judge, inference);
  const { id } = judge.manifest;
  return (own, options) => clipAsJudge({ clip, id }, prompts, own, options);
}
