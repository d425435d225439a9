/** A CLIP out of a folder, or a ZIP archive of one, in Hugging Face's ONNX layout. */
import path from 'node:path';
import type { z } from 'zod';
import { throwIfCancelled } from '../../contract/errors.ts';
import type { PackManifest } from '../../contract/pack.ts';
import { type OnProgress, trackProgress } from '../../contract/progress.ts';
import { Tokenizer } from '../clip/tokenizer.ts';
import { MAX_TOKENIZER_BYTES } from '../clip/tokenizer-document.ts';
import { parseJson } from '../packs/json.ts';
import { openSource } from '../packs/open-source.ts';
import type { PackSource } from '../packs/pack-source.ts';
import { type Origin, originOf } from './clip-card.ts';
import { chooseTowers, GRAPH_FOLDERS, SETTINGS, TOKENIZER } from './clip-files.ts';
import type { Tower } from './clip-graph.ts';
import { imageSettings, preprocessorSchema } from './clip-images.ts';
import {
  configSchema,
  familyOf,
  pixelsIn,
  textSettings,
  tokenizerConfigSchema,
  tokenizerPaddingSchema,
  widthIn,
} from './clip-texts.ts';
import {
  type CopiedTower,
  copyTower,
  type Files,
  imageTower,
  textTower,
  writeWhole,
} from './clip-towers.ts';
import { invalid, unsupported } from './refusal.ts';

const MAX_SETTINGS_BYTES = 1_000_000;

/** What an artist's prompts are put into for the gap remedy `ensemble`; they fit pictures of any kind. */
const PROMPT_TEMPLATES = ['{}', 'a photo of {}', 'a picture of {}', 'an image of {}'];

/** What a component of the kind `clip` says of itself, but for its id. */
export interface ImportedClip extends Origin {
  readonly clip: PackManifest['clip'];
  readonly widths: Pick<PackManifest['widths'], 'clip'>;
  /** All that was written to the draft. */
  readonly files: Files;
}

export interface ClipImportOptions {
  /** Graphs of another precision than the best there is (`chooseTowers`). */
  readonly variant?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Task `import`, counted in files. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Reads a CLIP and writes its files to a draft. Its graphs are looked at and not run: whether they give what they
 * should is tried when the component is loaded.
 *
 * @param source a folder or a ZIP archive
 * @param draft an empty folder; when this throws, what is in it is for the caller to clear away
 * @throws StudioError `checkpoint-invalid`, `checkpoint-unsupported`, `file-not-found`, `access-denied`, and
 *   the codes by which packs' archives, graphs and tokenizers are refused
 */
export async function importClip(
  source: string,
  draft: string,
  { variant, signal, onProgress }: ClipImportOptions = {},
): Promise<ImportedClip> {
  const label = path.basename(source);
  const from = await openSource(source, TOKENIZER);
  try {
    throwIfCancelled(signal);
    const progress = trackProgress('import', 3, onProgress);
    const settings = await readSettings(from, label);
    const towers = chooseTowers(await namesIn(from), label, variant);
    const family = familyOf(settings.config);
    const files: Files = {};
    const to = { from, draft, label, files, signal };
    const text = await copyTower(to, towers.text, textTower(family));
    progress.advance();
    const image = await copyTower(to, towers.image, imageTower(family));
    progress.advance();
    const clip = clipFields(settings, text, image, label);
    new Tokenizer(settings.tokenizer.whole, clip.text.contextLength);
    files[TOKENIZER] = await writeWhole(path.join(draft, TOKENIZER), [settings.tokenizer.bytes]);
    progress.advance();
    progress.finish();
    const widths = { clip: commonWidth(text, image, widthIn(settings.config), label) };
    return { ...originOf(settings.readme, settings.config, source), clip, widths, files };
  } finally {
    await from.close();
  }
}

type Settings = Awaited<ReturnType<typeof readSettings>>;

async function readSettings(from: PackSource, label: string) {
  const document = async <T extends z.ZodType>(name: string, schema: T): Promise<z.output<T>> =>
    parsed(await from.read(name, MAX_SETTINGS_BYTES), schema, name, label);
  const optional = async <T extends z.ZodType>(name: string, schema: T): Promise<z.output<T>> =>
    parsed((await from.read(name, MAX_SETTINGS_BYTES)) ?? Buffer.from('{}'), schema, name, label);
  const bytes = await from.read(TOKENIZER, MAX_TOKENIZER_BYTES);
  const readme = await from.read(SETTINGS.card, MAX_SETTINGS_BYTES);
  return {
    config: await document(SETTINGS.config, configSchema),
    preprocessor: await document(SETTINGS.preprocessor, preprocessorSchema),
    tokenizer: {
      bytes: bytes ?? Buffer.alloc(0),
      whole: jsonOf(bytes, TOKENIZER, label),
      document: parsed(bytes, tokenizerPaddingSchema, TOKENIZER, label),
      config: {
        ...(await optional(SETTINGS.specialTokens, tokenizerConfigSchema)),
        ...(await optional(SETTINGS.tokenizerConfig, tokenizerConfigSchema)),
      },
    },
    readme: readme?.toString('utf8') ?? '',
  };
}

function parsed<T extends z.ZodType>(
  bytes: Buffer | undefined,
  schema: T,
  name: string,
  label: string,
): z.output<T> {
  const { data, error } = schema.safeParse(jsonOf(bytes, name, label));
  if (!error) return data;
  const at = error.issues[0]?.path.join('.') ?? '';
  throw invalid(label, `its ${name} does not say what it should${at && ` (at ${at})`}`, error);
}

/** Nothing of the file itself is told: it may be one that somebody else must not read. */
function jsonOf(bytes: Buffer | undefined, name: string, label: string): unknown {
  if (!bytes) throw invalid(label, `its ${name} is missing, or too large to be one`);
  try {
    return parseJson(bytes);
  } catch (cause) {
    throw invalid(
      label,
      `its ${name} is not JSON, or its parts lie too deep in one another`,
      cause,
    );
  }
}

async function namesIn(from: PackSource): Promise<string[]> {
  const names: string[] = [];
  for (const folder of GRAPH_FOLDERS) {
    names.push(...(await from.list(folder)).map((name) => path.posix.join(folder, name)));
  }
  return names;
}

function clipFields(
  { config, preprocessor, tokenizer }: Settings,
  text: CopiedTower,
  image: CopiedTower,
  label: string,
): PackManifest['clip'] {
  return {
    text: {
      graph: text.graph,
      tokenizer: TOKENIZER,
      ...textSettings(config, tokenizer, text, label),
    },
    image: {
      graph: image.graph,
      ...imageSettings(preprocessor, pixelsIn(config), label),
    },
    promptTemplates: PROMPT_TEMPLATES,
    gap: { default: 'ensemble' },
  };
}

/** Numbers of an embedding: what the graphs say, or else the configuration. */
function commonWidth(text: Tower, image: Tower, stated: number | undefined, label: string): number {
  const [ofText, ofImage] = [text, image].map(({ output }) => output.dims.at(-1) ?? undefined);
  if (ofText !== undefined && ofImage !== undefined && ofText !== ofImage) {
    throw unsupported(label, `texts become ${ofText} numbers and pictures ${ofImage}`);
  }
  const width = ofText ?? ofImage ?? stated;
  if (width === undefined)
    throw invalid(label, 'it does not say how many numbers an embedding has');
  return width;
}
