/** Tiny CLIPs of random numbers in Hugging Face's ONNX layout. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GraphBuilder } from '../../electron/engine/onnx/graph-builder.ts';
import type { ElementType } from '../../electron/engine/onnx/tensor.ts';
import { writeGraph } from '../../electron/engine/onnx/write-graph.ts';
import { gaussian } from '../../electron/engine/latent/gaussian.ts';
import { temporaryFolder } from './library.ts';

export const WIDTH = 12;
const CHANNELS = 6;
const PATCH = 4;
export const SIZE = 16;

const WORDS = ['a', 'photo', 'of', 'cat', 'dog', 'red', 'picture', 'an', 'image'];
export const CLIP_TOKENS = ['[UNK]', '<start>', ...WORDS, '<end>'];
const SIGLIP_TOKENS = ['<unk>', '</s>', '▁', ...WORDS.map((word) => `▁${word}`)];
export const END = CLIP_TOKENS.length - 1;

export type Family = 'clip' | 'siglip';

export const TABLE = gaussian(1, CLIP_TOKENS.length * WIDTH);
const FILTERS = gaussian(2, CHANNELS * 3 * PATCH * PATCH);
const PROJECTION = gaussian(3, CHANNELS * WIDTH);

interface Numbers {
  readonly family: Family;
  /** Of what goes in and comes out. */
  readonly type: ElementType;
  readonly hasMask?: boolean | undefined;
  /** Whether graphs leave open how many numbers an embedding has. */
  readonly isOpen?: boolean | undefined;
}

/** Sums the embeddings of tokens, up to the end token (CLIP) or over all that is filled up (SigLIP). */
function addText(graph: GraphBuilder, numbers: Numbers): void {
  const { family } = numbers;
  const ids = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const table = graph.floats(TABLE, [CLIP_TOKENS.length, WIDTH]);
  const rows = graph.node('Gather', [table, ids]);
  const tokens = numbers.hasMask ? graph.node('Mul', [rows, maskOf(graph)]) : rows;
  const sums = graph.node('CumSum', [tokens, graph.integers(1)]);
  const last =
    family === 'clip'
      ? graph.node('GatherND', [sums, graph.node('ArgMax', [ids], { axis: 1 })], { batch_dims: 1 })
      : graph.node(
          'Squeeze',
          [graph.node('Gather', [sums, graph.integers(-1)], { axis: 1 }), graph.integers(1)],
          {},
        );
  give(graph, 'last_hidden_state', sums, numbers.type, ['batch_size', 'sequence_length', WIDTH]);
  giveEmbedding(graph, family === 'clip' ? 'text_embeds' : 'pooler_output', last, numbers);
}

/** [N, T, 1] */
function maskOf(graph: GraphBuilder): string {
  const mask = graph.input('attention_mask', 'int64', ['batch_size', 'sequence_length']);
  return graph.node('Unsqueeze', [graph.node('Cast', [mask], { to: 1 }), graph.integers(-1)]);
}

/** Patches, their mean, and a projection. */
function addImage(graph: GraphBuilder, numbers: Numbers): void {
  const { family, type } = numbers;
  const axes = ['batch_size', 'num_channels', 'height', 'width'];
  const given = graph.input('pixel_values', type, axes);
  const pixels = type === 'float32' ? given : graph.node('Cast', [given], { to: 1 });
  const filters = graph.floats(FILTERS, [CHANNELS, 3, PATCH, PATCH]);
  const patches = graph.node('Conv', [pixels, filters], { strides: [PATCH, PATCH] });
  const bent = graph.node('Tanh', [patches]);
  const mean = graph.node('Flatten', [graph.node('GlobalAveragePool', [bent])]);
  const projected = graph.node('MatMul', [mean, graph.floats(PROJECTION, [CHANNELS, WIDTH])]);
  const name = family === 'clip' ? 'image_embeds' : 'pooler_output';
  giveEmbedding(graph, name, projected, numbers);
}

function giveEmbedding(
  graph: GraphBuilder,
  name: string,
  value: string,
  { type, isOpen = false }: Numbers,
): void {
  give(graph, name, value, type, ['batch_size', isOpen ? 'width' : WIDTH]);
}

function give(
  graph: GraphBuilder,
  name: string,
  value: string,
  type: ElementType,
  dims: readonly (number | string)[],
): void {
  const cast = type === 'float32' ? value : graph.node('Cast', [value], { to: 10 });
  graph.output(name, cast, type, dims);
}

function clipTokenizer(): object {
  return {
    added_tokens: [{ id: END, content: '<end>', special: true }],
    normalizer: { type: 'Lowercase' },
    pre_tokenizer: { type: 'WhitespaceSplit' },
    post_processor: {
      type: 'BertProcessing',
      cls: ['<start>', CLIP_TOKENS.indexOf('<start>')],
      sep: ['<end>', END],
    },
    decoder: null,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      vocab: Object.fromEntries(CLIP_TOKENS.map((token, id) => [token, id])),
    },
  };
}

function siglipTokenizer(): object {
  return {
    added_tokens: [{ id: 1, content: '</s>', special: true }],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Lowercase' },
        {
          type: 'Replace',
          pattern: {
            Regex:
              String.raw`[!"\#\$%\&'\(\)\*\+,\-\.:;=\?@\[\\\]\^_` + '`' + String.raw`\{\|\}\~]`,
          },
          content: '',
        },
        { type: 'Replace', pattern: { Regex: String.raw`\s+` }, content: ' ' },
        { type: 'Strip', strip_left: true, strip_right: true },
      ],
    },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }, { SpecialToken: { id: '</s>', type_id: 0 } }],
      special_tokens: { '</s>': { id: '</s>', ids: [1], tokens: ['</s>'] } },
    },
    decoder: null,
    model: { type: 'Unigram', unk_id: 0, vocab: SIGLIP_TOKENS.map((token, i) => [token, -i]) },
  };
}

const PREPROCESSORS: Record<Family, object> = {
  clip: {
    crop_size: SIZE,
    do_center_crop: true,
    size: SIZE,
    resample: 3,
    image_mean: [0.5, 0.4, 0.3],
  },
  siglip: {
    size: { height: SIZE, width: SIZE },
    resample: 3,
    rescale_factor: 1 / 255,
    image_mean: [0.5, 0.5, 0.5],
    image_std: [0.5, 0.5, 0.5],
  },
};

export interface HfClipOptions {
  /** How the names of the graphs end, and what goes in and comes out of them. */
  readonly variants?: Readonly<Record<string, ElementType>>;
  /** Both encoders in one graph. */
  readonly isJoint?: boolean;
  readonly hasMask?: boolean;
  readonly isOpen?: boolean;
  /** Of `config.json`. */
  readonly config?: object;
  /** Where its folder is made; by default a place that goes with the test. */
  readonly parent?: string;
}

/** Writes a folder as Optimum exports it, with a model card. */
export async function writeHfClip(
  family: Family,
  { variants = { '': 'float32' }, isJoint = false, parent, config, ...graphs }: HfClipOptions = {},
): Promise<string> {
  const folder = path.join(parent ?? (await temporaryFolder()), `tiny-${family}`);
  await mkdir(path.join(folder, 'onnx'), { recursive: true });
  for (const [suffix, type] of Object.entries(variants)) {
    const towers = isJoint
      ? { model: [addText, addImage] }
      : { text_model: [addText], vision_model: [addImage] };
    for (const [name, adds] of Object.entries(towers)) {
      const graph = new GraphBuilder(name);
      for (const add of adds) add(graph, { family, type, ...graphs });
      await writeGraph(graph, path.join(folder, 'onnx', `${name}${suffix}.onnx`));
    }
  }
  const documents = {
    'config.json': { model_type: family, _name_or_path: `somebody/tiny-${family}`, ...config },
    'preprocessor_config.json': PREPROCESSORS[family],
    'tokenizer_config.json': { pad_token: family === 'clip' ? '<end>' : '</s>' },
    'tokenizer.json': family === 'clip' ? clipTokenizer() : siglipTokenizer(),
  };
  for (const [name, document] of Object.entries(documents)) {
    await writeFile(path.join(folder, name), JSON.stringify(document));
  }
  await writeFile(
    path.join(folder, 'README.md'),
    '---\nlicense: mit\ntags:\n- tiny\n---\n# Tiny\n',
  );
  return folder;
}
