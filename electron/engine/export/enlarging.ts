/** Pictures that leave the library larger than they were drawn. */
import { StudioError, toStudioError, type ErrorCode } from '../../contract/errors.ts';
import {
  type Enlargement,
  LANCZOS,
  MAX_EXPORT_SIDE,
  type Times,
  upscalings,
} from '../../contract/export.ts';
import { type Component, graphsOfComponent } from '../components/component.ts';
import type { Components } from '../components/components.ts';
import type { PictureSize, RgbPicture } from '../images/codec.ts';
import { resampleByLanczos } from '../images/resample.ts';
import type { Inference } from '../inference/inference.ts';
import { verifyFiles } from '../packs/integrity.ts';
import { checkGraphs } from '../packs/pack.ts';
import { type EnlargeOptions, Upscaler } from '../upscaler/upscaler.ts';

/** What is wrong with what computes, in the words of an export. */
const FAILURES: Partial<Record<ErrorCode, string>> = {
  'out-of-memory': 'there is not enough memory for it',
  'pack-over-budget': 'it takes more time or memory than a model may',
  'pack-not-finite': 'what it gives are no numbers',
  'pack-wrong-shape': 'what it gives is of another size than it should be',
  'inference-failed': 'it cannot be computed',
  'inference-crashed': 'it ended the process that computes it',
};

/** Makes pictures 2 or 4 times as large, for one export. */
export interface Enlarger {
  /** How, as pictures say it of themselves. */
  readonly told: Enlargement;
  /** The same in a sentence. */
  readonly text: string;
  /** @throws StudioError `cancelled`, `picture-too-large`, and what keeps a model from computing */
  enlarge(picture: RgbPicture, options: EnlargeOptions): Promise<RgbPicture>;
  /** Frees the model. */
  close(): Promise<void>;
}

export interface EnlargerParts {
  readonly components: Components;
  readonly inference: Inference;
}

/**
 * An upscaler of the artist's, or windows of Lanczos where there is none or they are asked for. An upscaler is checked
 * whole before anything of it is run.
 *
 * @param asked its id or handle, or `lanczos`; by default the first that there is
 * @throws StudioError `component-not-found`, `pack-…`
 */
export async function openEnlarger(
  times: Times,
  asked: string | undefined,
  { components, inference }: EnlargerParts,
  signal: AbortSignal | undefined,
): Promise<Enlarger> {
  const component = asked === LANCZOS ? null : await components.findUpscaler(asked);
  if (!component) return byLanczos(times, asked === LANCZOS);
  const { folder, manifest } = component;
  await verifyFiles(folder, manifest, { signal });
  await checkGraphs(component, graphsOfComponent(manifest), inference, { signal });
  return byModel(times, component, inference);
}

function byLanczos(times: Times, isAsked: boolean): Enlarger {
  return {
    told: { times, upscaler: null, resampled: false },
    text: isAsked ? 'Enlarged by Lanczos.' : 'Enlarged by Lanczos: no upscaler model is here.',
    enlarge: (picture, { signal }) => {
      return resampleByLanczos(picture, sizeOf(picture, times), signal);
    },
    close: () => Promise.resolve(),
  };
}

/** Windows of Lanczos do what the model leaves, or take back what it does too much. */
function byModel(times: Times, component: Component<'upscaler'>, inference: Inference): Enlarger {
  const { title, license, upscaler } = component.manifest;
  const { factor, graph, original } = upscaler;
  const network = new Upscaler(component, inference);
  const runs = upscalings(times, factor);
  const isWhole = factor ** runs === times;
  const enlarge = async (picture: RgbPicture, { onPart, ...call }: EnlargeOptions) => {
    const size = sizeOf(picture, times);
    let larger = picture;
    for (let run = 0; run < runs; run += 1) {
      // A second run has so many times the tiles of the first.
      const share = factor ** (2 * run) / (runs === 1 ? 1 : 1 + factor ** 2);
      larger = await network.enlarge(larger, { ...call, onPart: (part) => onPart?.(part * share) });
    }
    return isWhole ? larger : resampleByLanczos(larger, size, call.signal);
  };
  return {
    told: { times, upscaler: { title, license, factor, ...original }, resampled: !isWhole },
    text: isWhole
      ? `Enlarged with ${title}.`
      : `Enlarged with ${title} to × ${factor ** runs}, then by Lanczos to × ${times}.`,
    enlarge: (picture, options) =>
      enlarge(picture, options).catch((thrown: unknown) => {
        throw inWords(toStudioError(thrown), title);
      }),
    close: () => inference.release([component.file(graph)]),
  };
}

function sizeOf({ width, height }: PictureSize, times: Times): PictureSize {
  const size = { width: width * times, height: height * times };
  if (Math.max(size.width, size.height) <= MAX_EXPORT_SIDE) return size;
  throw new StudioError(
    'picture-too-large',
    `${times} × ${width} × ${height} pixels would be more than ${MAX_EXPORT_SIDE} on a side. The picture was left ` +
      'out; export it less enlarged.',
  );
}

function inWords(error: StudioError, title: string): StudioError {
  const why = FAILURES[error.code];
  if (why === undefined) return error;
  return new StudioError(
    error.code,
    `The upscaler ${title} did not enlarge a portrait: ${why}. Nothing was written; export by Lanczos, or with another upscaler.`,
    { cause: error },
  );
}
