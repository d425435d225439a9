import type { Evaluation } from './evaluate.ts';

/** Text → picture on Multi-Modal CelebA-HQ, as the data set's own description has it (Xia et al. 2021, "TediGAN"). */
const PUBLISHED = [
  { method: 'AttnGAN', fid: 125.98, lpips: 0.512 },
  { method: 'ControlGAN', fid: 116.32, lpips: 0.522 },
  { method: 'DM-GAN', fid: 131.05, lpips: 0.544 },
  { method: 'DF-GAN', fid: 137.6, lpips: 0.581 },
  { method: 'TediGAN', fid: 106.37, lpips: 0.456 },
] as const;

/** The figures as a page of Markdown. */
export function evaluationPage(evaluation: Evaluation): string {
  const { pack, textToImage, imageToImage, inversion, distances } = evaluation;
  const source =
    imageToImage.source === 'generator'
      ? "the generator's own portraits"
      : 'the pictures of the data set';
  return [
    `# ${pack.id} ${pack.version}`,
    '',
    `${textToImage.portraits} portraits of ${textToImage.prompts} prompts, compared with ${source} ` +
      `(${imageToImage.pictures}). CLIP scores and R-precision are read by the pack's own CLIP.`,
    '',
    ...table(
      ['Measure', 'Value'],
      [
        ['Text → picture: CLIP score', textToImage.clipScore.toFixed(3)],
        ['Text → picture: R-precision', percent(textToImage.rPrecision)],
        ['Likeness of siblings (cosine)', textToImage.siblingsLikeness?.toFixed(3) ?? '–'],
        ['Picture → picture: cosine', imageToImage.cosine.toFixed(3)],
        [
          'Inversion: share of w lost on the way there and back',
          inversion.roundTrip.toExponential(1),
        ],
        ['Inversion from the embedding alone: RMS of pixels', inversion.pixels.toFixed(3)],
        ['Fréchet distance in CLIP space', distances.clipFrechet.toFixed(4)],
        ['MMD in CLIP space (CMMD)', distances.clipMmd.toFixed(3)],
        ['FID', distances.fid?.toFixed(2) ?? '–'],
      ],
    ),
    '',
    '## Published on Multi-Modal CelebA-HQ',
    '',
    'To be compared only with figures measured on that data set, with as many pictures.',
    '',
    ...table(
      ['Method', 'FID', 'LPIPS'],
      PUBLISHED.map(({ method, fid, lpips }) => [method, fid.toFixed(2), lpips.toFixed(3)]),
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
