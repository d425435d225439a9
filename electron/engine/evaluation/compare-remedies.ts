import { throwIfCancelled } from '../../contract/errors.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import type { Remedies, RemedyScore } from '../../contract/remedies.ts';
import type { Gap } from '../../contract/settings.ts';
import { sampleLatents } from '../generator/sample-latents.ts';
import type { RgbPicture } from '../images/codec.ts';
import type { CallOptions } from '../inference/inference.ts';
import { embedWords } from '../models/conditions.ts';
import { type Models, packInfo } from '../models/models.ts';
import { withOwnNoise } from '../models/own-noise.ts';
import type { Drawn, Judge } from './judges.ts';
import { coverage, mean, type Siblings, siblingsLikeness } from './measures.ts';

/** Positions of the dial at which neighbours are compared, unless told. */
const VARIETIES = [0, 0.25, 0.5, 0.75, 1];
/** Portraits of a prompt, unless told. */
const SIBLINGS = 8;
/** No artist's first seed. */
const SEED = 1_000;
/** Of what the generator draws by chance: no pair's. */
const OWN_SEED = 2_000_000_000;
/** Pictures that the generator draws by chance: whole chunks. */
const OWN_CHUNKS = 8;
const CHUNK = 8;
/** Figures are told to so many digits: the same pack has the same figures. */
const DIGITS = 4;

/** A way across the gap between texts and pictures. */
export interface Remedy {
  readonly gap: Gap;
  readonly variety?: number;
}

export interface CompareOptions extends CallOptions {
  readonly siblings?: number;
  readonly varieties?: readonly number[];
  /** Task `evaluate`, counted in portraits. */
  readonly onProgress?: OnProgress | undefined;
}

/** Asks for a judge once there are pictures that the generator has drawn by chance. */
export type JudgeFor = (own: readonly RgbPicture[], options: CallOptions) => Promise<Judge>;

interface SeenPictures {
  readonly pictures: readonly RgbPicture[];
  readonly embeddings: readonly Float32Array[];
}

/** What came of one prompt. */
interface Judged {
  readonly things: number | undefined;
  readonly heeded: number | null;
  readonly siblings: Siblings;
}

/** Every remedy that the pack brings, neighbours at some positions of the dial. */
function remediesOf({ pack }: Models, varieties: readonly number[]): Remedy[] {
  return packInfo(pack.folder, pack.manifest).gaps.flatMap((gap): Remedy[] =>
    gap === 'neighbours' ? varieties.map((variety) => ({ gap, variety })) : [{ gap }],
  );
}

/** How many are drawn to compare so many remedies, those among them that the generator draws by chance. */
export function portraitsCompared(
  counted: Readonly<Record<'remedies' | 'prompts' | 'siblings', number>>,
): number {
  return counted.remedies * counted.prompts * counted.siblings + OWN_CHUNKS * CHUNK;
}

/**
 * Compares remedies for the gap on prompts that nothing was learnt from, at the pack's own truncation and temperature.
 * The pack's CLIP chooses neighbours, and says how alike siblings are and what of the generator's pictures they come near;
 * what portraits show is told by a judge that takes no part in either, or by nobody.
 *
 * @param judgeFor null for no judge
 */
export async function compareRemedies(
  prompts: readonly string[],
  judgeFor: JudgeFor | null,
  models: Models,
  { siblings = SIBLINGS, varieties = VARIETIES, onProgress, ...options }: CompareOptions = {},
): Promise<Remedies> {
  const remedies = remediesOf(models, varieties);
  const counted = { remedies: remedies.length, prompts: prompts.length, siblings };
  const total = portraitsCompared(counted);
  const progress = trackProgress('evaluate', total, onProgress);
  const own = await drawOwn(models, progress.advance, options);
  const judge = (await judgeFor?.(own.pictures, options)) ?? null;
  const scores: RemedyScore[] = [];
  for (const remedy of remedies) {
    const judged: Judged[] = [];
    for (const [at, prompt] of prompts.entries()) {
      throwIfCancelled(options.signal);
      const { drawn, seen } = await drawSiblings(prompt, remedy, models, { ...options, siblings });
      judged.push({
        things: judge?.thingsIn(at),
        heeded: judge && (await judge.heeded(at, drawn, options)),
        siblings: seen,
      });
      progress.advance(siblings);
    }
    scores.push({ ...remedy, ...scoreOf(judged, own.embeddings) });
  }
  progress.finish();
  return { judge: judge?.told ?? null, prompts: prompts.length, siblings, scores };
}

function scoreOf(
  judged: readonly Judged[],
  own: readonly Float32Array[],
): Omit<RemedyScore, keyof Remedy> {
  const shareOf = (isCounted: (one: Judged) => boolean) => {
    const shares = judged.flatMap((one) =>
      one.heeded !== null && isCounted(one) ? [one.heeded] : [],
    );
    return shares.length > 0 ? rounded(mean(shares)) : null;
  };
  const oneIdea = shareOf(({ things }) => things === 1);
  const combinations = shareOf(({ things = 0 }) => things > 1);
  const groups = judged.map(({ siblings }) => siblings);
  const likeness = siblingsLikeness(groups);
  return {
    heeded: shareOf(() => true),
    ...(oneIdea !== null && { oneIdea }),
    ...(combinations !== null && { combinations }),
    siblingsLikeness: likeness === null ? null : rounded(likeness),
    coverage: rounded(
      coverage(
        own,
        groups.flatMap(({ pictures }) => pictures),
      ),
    ),
  };
}

/** Previews of what the generator draws by chance, as it was trained to. */
async function drawOwn(
  { generator, clip }: Models,
  advance: (portraits: number) => void,
  options: CallOptions,
): Promise<SeenPictures> {
  const pictures: RgbPicture[] = [];
  const embeddings: Float32Array[] = [];
  for (let chunk = 0; chunk < OWN_CHUNKS; chunk += 1) {
    throwIfCancelled(options.signal);
    const seeds = Array.from({ length: CHUNK }, (_, i) => OWN_SEED + chunk * CHUNK + i);
    const latents = await sampleLatents(
      generator,
      seeds,
      { truncation: [1, 1], mixed: 0 },
      options,
    );
    const drawn = await generator.synthesise(latents, { ...options, quality: 'preview' });
    pictures.push(...drawn);
    embeddings.push(...(await clip.embedPictures(drawn, options)));
    advance(CHUNK);
  }
  return { pictures, embeddings };
}

/** Portraits as artists get them, kept nowhere; CLIP sees their previews. */
async function drawSiblings(
  prompt: string,
  remedy: Remedy,
  models: Models,
  { siblings, ...options }: CallOptions & { siblings: number },
): Promise<{ drawn: Drawn; seen: Siblings }> {
  const { pack, flow, generator, clip } = models;
  const { truncation, temperature } = pack.manifest.defaults;
  const words = await embedWords(models, prompt, remedy, options);
  const codes = Array.from({ length: siblings }, (_, i) => ({
    z: flow.noise(SEED + i, temperature),
    e: words.condition(SEED + i),
    beginning: words.beginning(SEED + i, temperature),
  }));
  const decoded = await flow.decode(await withOwnNoise(models, codes, options), options);
  const projected = await generator.project(
    decoded.map((w) => generator.truncate(w, truncation)),
    options,
  );
  const pictures = await generator.synthesise(projected, { ...options, quality: 'preview' });
  return {
    drawn: { latents: projected.map((latent) => generator.space.toW(latent)), pictures },
    seen: { text: words.raw, pictures: await clip.embedPictures(pictures, options) },
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}

/** A table in Markdown, and what it was made of. */
export function remedyTable({ judge, prompts, siblings, scores }: Remedies): string {
  const percent = (share: number | null | undefined) =>
    share === null || share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
  const rows = scores.map((score) =>
    [
      score.variety === undefined ? score.gap : `${score.gap}, variety ${score.variety}`,
      ...[score.heeded, score.oneIdea, score.combinations].map(percent),
      score.siblingsLikeness?.toFixed(2) ?? '–',
      percent(score.coverage),
    ].join(' | '),
  );
  return [
    '| remedy | heeded | one idea | combinations | siblings’ likeness | coverage |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
    `${prompts} prompts of ${siblings} portraits; ${judgeInWords(judge)}`,
  ].join('\n');
}

function judgeInWords(judge: Remedies['judge']): string {
  if (!judge) return 'there was no judge, so how well words are heeded is not known.';
  const who = judge.kind === 'clip' ? 'the CLIP' : 'the attribute classifier of';
  return `judged by ${who} ${judge.id}, which took no part.`;
}
