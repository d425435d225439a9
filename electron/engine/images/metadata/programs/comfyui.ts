/** ComfyUI tells the graph that it ran: nodes by their numbers, and what is linked to what. */
import { z } from 'zod';
import {
  type Making,
  type MakingReader,
  parsePython,
  seedOf,
  textUnder,
  wordsOf,
} from './making.ts';

/** Graphs of hundreds of nodes are large ones. */
const MAX_NODES = 10_000;
/** How far words are followed from the sampler. */
const MAX_STEPS = 50;
const MAX_SAMPLERS = 50;

const nodeSchema = z.object({
  class_type: z.string(),
  inputs: z.record(z.string(), z.unknown()).catch({}),
});
type Node = z.infer<typeof nodeSchema>;
type Graph = ReadonlyMap<string, Node>;

/** The output of a node that an input is linked to. */
const linkSchema = z.tuple([z.union([z.string(), z.int()]), z.int()]);

export const readComfyUi: MakingReader = (texts): Making | null => {
  const prompt = textUnder(texts, 'prompt');
  const workflow = textUnder(texts, 'workflow');
  const graph = (prompt && graphIn(prompt)) ?? (workflow && graphInWorkflow(workflow));
  return graph ? makingIn(graph) : null;
};

function graphIn(text: string): Graph | null {
  return graphOf(z.record(z.string(), z.unknown()).safeParse(parsePython(text)).data ?? {});
}

function graphOf(nodes: Readonly<Record<string, unknown>>): Graph | null {
  const entries = Object.entries(nodes);
  if (entries.length > MAX_NODES) return null;
  const graph = new Map(
    entries.flatMap(([id, node]) => {
      const parsed = nodeSchema.safeParse(node).data;
      return parsed ? [[id, parsed] as const] : [];
    }),
  );
  return graph.size > 0 ? graph : null;
}

/** The picture on the editor's desk: links have numbers, and values of a node stand in a row without names. */
const workflowSchema = z.object({
  nodes: z
    .array(
      z.object({
        id: z.union([z.string(), z.int()]),
        type: z.string(),
        inputs: z.array(z.object({ name: z.string(), link: z.int().nullish() })).catch([]),
        widgets_values: z.array(z.unknown()).catch([]),
      }),
    )
    .max(MAX_NODES),
  links: z.array(z.tuple([z.int(), z.union([z.string(), z.int()]), z.int()]).rest(z.unknown())),
});

/** Which input the values of a node are, of the nodes that matter here. */
const WIDGETS: Readonly<Record<string, readonly string[]>> = {
  KSampler: ['seed'],
  KSamplerAdvanced: ['add_noise', 'noise_seed'],
  SamplerCustom: ['add_noise', 'noise_seed'],
  RandomNoise: ['noise_seed'],
  CLIPTextEncode: ['text'],
  CLIPTextEncodeFlux: ['clip_l', 't5xxl'],
};

function graphInWorkflow(text: string): Graph | null {
  const workflow = workflowSchema.safeParse(parsePython(text)).data;
  if (!workflow) return null;
  const links = new Map(
    workflow.links.map(([link, from, output]) => [link, [String(from), output]]),
  );
  return graphOf(
    Object.fromEntries(
      workflow.nodes.map(({ id, type, inputs, widgets_values: values }) => {
        const named = (WIDGETS[type] ?? []).map((name, index) => [name, values[index]]);
        const linked = inputs.flatMap(({ name, link }) => {
          const from = links.get(link ?? -1);
          return from ? [[name, from]] : [];
        });
        const all = Object.fromEntries([...named, ...linked]);
        return [String(id), { class_type: type, inputs: all }];
      }),
    ),
  );
}

/** Of several samplers the one with the most words counts: others refine what it has drawn. */
function makingIn(graph: Graph): Making | null {
  const samplers = [...graph.values()].flatMap((node) => samplerOf(node, graph) ?? []);
  const makings = samplers.slice(0, MAX_SAMPLERS).map(({ positive, negative, seed }): Making => ({
    program: 'comfyui',
    prompt: wordsOf(wordsAt(positive, graph).join('\n')),
    negativePrompt: wordsOf(wordsAt(negative, graph).join('\n')),
    seed: seedOf(valueAt(seed, graph)),
  }));
  const [best = null] = makings.toSorted((a, b) => b.prompt.length - a.prompt.length);
  return best;
}

/** What a node is given that draws; null for another one. */
interface Sampler {
  readonly positive: unknown;
  readonly negative: unknown;
  readonly seed: unknown;
}

function samplerOf({ inputs }: Node, graph: Graph): Sampler | null {
  const guider = nodeAt(inputs['guider'], graph)?.inputs;
  const positive = guider ? (guider['positive'] ?? guider['conditioning']) : inputs['positive'];
  const { seed = inputs['noise_seed'] ?? nodeAt(inputs['noise'], graph)?.inputs['noise_seed'] } =
    inputs;
  if (positive === undefined || seed === undefined) return null;
  return { positive, negative: (guider ?? inputs)['negative'], seed };
}

function nodeAt(input: unknown, graph: Graph): Node | undefined {
  const link = linkSchema.safeParse(input).data;
  return link && graph.get(String(link[0]));
}

/** Inputs that hold words, as nodes call them that encode texts or keep one. */
const WORDS = ['text', 'text_g', 'text_l', 'clip_l', 't5xxl', 'string', 'value', 'prompt'];
/** Inputs that hand on what words have become. */
const PASSES = /^(conditioning(_\d|_to|_from)?|text\w*|string\w*|clip_l|t5xxl|prompt|value)$/;

/** The words that reach an input, each once. */
function wordsAt(input: unknown, graph: Graph): string[] {
  const seen = new Set<Node>();
  const found = new Set<string>();
  let waiting = [input];
  for (let step = 0; step < MAX_STEPS && waiting.length > 0; step += 1) {
    const links = waiting.filter((link) => {
      const node = nodeAt(link, graph);
      return node !== undefined && seen.size < seen.add(node).size;
    });
    for (const { inputs } of links.flatMap((link) => nodeAt(link, graph) ?? [])) {
      const texts = WORDS.map((name) => inputs[name]).filter((text) => typeof text === 'string');
      for (const text of texts) if (text.trim() !== '') found.add(text);
    }
    waiting = links.flatMap((link) => beforeOf(link, graph));
  }
  return [...found];
}

/** What a node made an output of: those with a positive and a negative one have them in this order. */
function beforeOf(link: unknown, graph: Graph): unknown[] {
  const { inputs = {} } = nodeAt(link, graph) ?? {};
  const isSecond = linkSchema.safeParse(link).data?.[1] === 1;
  const own = inputs[isSecond ? 'negative' : 'positive'];
  const passed = Object.entries(inputs).flatMap(([name, value]) =>
    PASSES.test(name) ? [value] : [],
  );
  return own === undefined ? passed : [own];
}

/** A value, or that of the node it is linked to. */
function valueAt(input: unknown, graph: Graph): unknown {
  const node = nodeAt(input, graph);
  if (!node) return input;
  const { seed, value, int, noise_seed: noiseSeed } = node.inputs;
  return seed ?? noiseSeed ?? value ?? int;
}
