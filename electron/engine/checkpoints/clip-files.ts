/** Which files of a folder in Hugging Face's ONNX layout make a CLIP. */
import path from 'node:path';
import { invalid } from './refusal.ts';

/** The file by which such a folder is known. */
export const TOKENIZER = 'tokenizer.json';
export const SETTINGS = {
  config: 'config.json',
  preprocessor: 'preprocessor_config.json',
  tokenizerConfig: 'tokenizer_config.json',
  specialTokens: 'special_tokens_map.json',
  card: 'README.md',
} as const;

/** Where exporters put graphs. */
export const GRAPH_FOLDERS = ['', 'onnx'];

/** How the names of graphs end by their precision, the best first. */
const SUFFIXES = ['', '_fp16', '_quantized', '_int8', '_uint8'];
/** What the precision is called whose graphs have no ending. */
const FULL = 'fp32';
const TEXT = 'text_model';
const IMAGE = 'vision_model';
/** Both in one graph. */
const JOINT = 'model';

/** The graphs that the two encoders are taken from; the same one where both are in one. */
export interface Towers {
  readonly text: string;
  readonly image: string;
}

/**
 * Chooses among graphs of several precisions: float32 before float16 before whole numbers, each encoder by
 * itself, and graphs of one encoder before one of both.
 *
 * @param names paths within the folder
 * @param variant takes another, by the end of its name: `fp32`, `fp16`, `quantized`, `int8`, `q4` and so on
 * @throws StudioError `checkpoint-invalid` where there is none
 */
export function chooseTowers(
  names: readonly string[],
  label: string,
  variant: string | undefined,
): Towers {
  const suffixes = suffixesOf(variant);
  const text = firstOf(TEXT, suffixes, names) ?? firstOf(JOINT, suffixes, names);
  const image = firstOf(IMAGE, suffixes, names) ?? firstOf(JOINT, suffixes, names);
  if (text !== undefined && image !== undefined) return { text, image };
  const missing = text === undefined ? TEXT : IMAGE;
  const which = variant === undefined ? '' : ` of the variant "${variant}"`;
  throw invalid(label, `it has no graph "onnx/${missing}.onnx"${which}`);
}

/** The precisions in which both encoders can be had, as `chooseTowers` takes them, the best first. */
export function variantsOf(names: readonly string[]): string[] {
  const has = (stem: string, suffix: string) => firstOf(stem, [suffix], names) !== undefined;
  return SUFFIXES.filter(
    (suffix) => has(JOINT, suffix) || (has(TEXT, suffix) && has(IMAGE, suffix)),
  ).map((suffix) => (suffix === '' ? FULL : suffix.slice(1)));
}

/** The graphs, the numbers they keep beside them by their exporters' names, and what says how to use them. */
export function filesOfClip(names: readonly string[], { text, image }: Towers): string[] {
  const isBeside = (name: string) =>
    [text, image].some((graph) => name.startsWith(`${graph}_data`) || name === `${graph}.data`);
  const wanted = new Set<string>([text, image, TOKENIZER, ...Object.values(SETTINGS)]);
  return names.filter((name) => wanted.has(name) || isBeside(name));
}

function suffixesOf(variant: string | undefined): string[] {
  if (variant === undefined) return SUFFIXES;
  return [variant === FULL ? '' : `_${variant}`];
}

function firstOf(
  stem: string,
  suffixes: readonly string[],
  names: readonly string[],
): string | undefined {
  return suffixes
    .flatMap((suffix) =>
      GRAPH_FOLDERS.map((folder) => path.posix.join(folder, `${stem}${suffix}.onnx`)),
    )
    .find((name) => names.includes(name));
}
