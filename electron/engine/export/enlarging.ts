/** Pictures that leave the library larger than they were drawn. */
import { StudioError, toStudioError, type ErrorCode } from '../../contract/errors.ts';
import { type Enlargement, LANCZOS, MAX_EXPORT_SIDE, type Times } from '../../contract/export.ts';
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
  /** How. */
  readonly told: Enlargement;
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
  if (!component) return byLanczos(times);
  const { folder, manifest } = component;
  await verifyFiles(folder, manifest, { signal });
  await checkGraphs(component, graphsOfComponent(manifest), inference, { signal });
  return byModel(times, component, inference);
}

function byLanczos(times: Times): Enlarger {
  return {
    told: { times, upscaler: null, resampled: false },
    enlarge: (picture, { signal }) => {
      return resampleByLanczos(picture, sizeOf(picture, times), signal);
    },
    close: () => Promise.resolve(),
  };
}

/**
 * As often as its factor goes into what is asked for, at least once; windows of Lanczos do what is left, or take back
 * what is too much.
 */
function byModel(times: Times, component: Component<'upscaler'>, inference: Inference): Enlarger {
  const { title, license, upscaler } = component.manifest;
  const { factor, graph, original } = upscaler;
  const network = new Upscaler(component, inference);
  const runs = Math.max(1, Math.floor(Math.log(times) / Math.log(factor) + 1e-9));
  const enlarge = async (picture: RgbPicture, { onPart, ...call }: EnlargeOptions) => {
    const size = sizeOf(picture, times);
    let larger = picture;
    for (let run = 0; run < runs; run += 1) {
      // Each run has as many tiles as all before it together, times the square of the factor.
      const share = factor ** (2 * run) / total(runs, factor ** 2);
      larger = await network.enlarge(larger, { ...call, onPart: (part) => onPart?.(part * share) });
    }
    return factor ** runs === times ? larger : resampleByLanczos(larger, size, call.signal);
  };
  return {
    told: {
      times,
      upscaler: { title, license, factor, ...original },
      resampled: factor ** runs !== times,
    },
    enlarge: (picture, options) =>
      enlarge(picture, options).catch((thrown: unknown) => {
        throw inWords(toStudioError(thrown), title);
      }),
    close: () => inference.release([component.file(graph)]),
  };
}

/** 1 + ratio + ratio² …, of so many terms. */
function total(terms: number, ratio: number): number {
  return (ratio ** terms - 1) / (ratio - 1);
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
