/** What is written of a model that an artist brings, one way for each kind of source. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { ImportWishes } from '../../contract/component.ts';
import { StudioError, throwIfCancelled } from '../../contract/errors.ts';
import { MAX_PACK_BYTES, PACK_FORMAT_VERSION } from '../../contract/pack.ts';
import type { EmittedGenerator, EmitOptions } from '../checkpoints/emitted-generator.ts';
import { importClip } from '../checkpoints/clip-folder.ts';
import { CHECKPOINT_READERS } from '../checkpoints/emit-generator.ts';
import { importGenerator, UNKNOWN_LICENSE } from '../checkpoints/import-generator.ts';
import { sampleW, writeMean } from '../checkpoints/mean-w.ts';
import { openOnnxFile, type OnnxFile } from '../checkpoints/onnx-file.ts';
import { importOnnxGenerator } from '../checkpoints/onnx-generator.ts';
import { importOnnxUpscaler, takesPicture } from '../checkpoints/onnx-upscaler.ts';
import type { Inference } from '../inference/inference.ts';
import { openSource } from '../packs/open-source.ts';
import { PRIVATE_FOLDER } from '../storage/make-folder.ts';
import type { ComponentDraft } from './publish.ts';
import type { Source } from './recognise.ts';

export interface BuildOptions extends EmitOptions {
  readonly wishes: ImportWishes;
  /** Where the source comes from, in words. */
  readonly from: string;
  readonly inference: Inference;
}

export interface Built {
  readonly draft: ComponentDraft;
  /** What an artist should know of it, as sentences. */
  readonly notes: readonly string[];
}

const MAX_TITLE = 200;

type Foreign = Exclude<Source, { kind: 'pack' }>;

/** @throws StudioError by which the source is refused */
export async function buildComponent(
  source: string,
  recognised: Foreign,
  folder: string,
  options: BuildOptions,
): Promise<Built> {
  switch (recognised.kind) {
    case 'checkpoint':
      return fromCheckpoint(recognised.file, folder, options);
    case 'onnx':
      return fromOnnx(source, recognised.files, folder, options);
    case 'onnx-archive':
      return fromArchive(source, recognised.names, folder, options);
    case 'clip':
      return fromClip(source, folder, options);
  }
}

async function fromCheckpoint(file: string, folder: string, options: BuildOptions): Promise<Built> {
  const made = await importGenerator(file, folder, CHECKPOINT_READERS, options);
  const notes = made.isOfficial
    ? []
    : [
        'The code that this network was trained with is not that of the official projects, so what it draws here may ' +
          'differ from what its makers saw.',
      ];
  const generator = withClass(made.generator, options.wishes);
  await ensureMeanW({ ...made, generator }, folder, options);
  const draft = generatorDraft(file, { ...made, generator }, made.license, options);
  return { draft, notes };
}

/** Networks that were trained without a mean of w get one of many samples. */
async function ensureMeanW(
  { generator: { mapping, meanW, classes }, widths, files }: EmittedGenerator,
  folder: string,
  options: BuildOptions,
): Promise<void> {
  if (files.includes(meanW)) return;
  const samples = await sampleW(path.join(folder, mapping), { z: widths.z, classes }, options);
  await writeMean(samples, path.join(folder, meanW));
}

async function fromOnnx(
  source: string,
  files: readonly string[],
  folder: string,
  options: BuildOptions,
): Promise<Built> {
  const networks = await Promise.all(files.map((file) => openOnnxFile(file, options.inference)));
  const [network, ...others] = networks;
  if (network && others.length === 0 && takesPicture(network.signature)) {
    return fromUpscaler(source, network, folder, options);
  }
  const made = await importOnnxGenerator(networks, folder, {
    ...options,
    class: options.wishes.class,
  });
  return { draft: generatorDraft(source, made, UNKNOWN_LICENSE, options), notes: [] };
}

async function fromUpscaler(
  source: string,
  network: OnnxFile,
  folder: string,
  options: BuildOptions,
): Promise<Built> {
  const upscaler = await importOnnxUpscaler(network, folder, options);
  const title = path.parse(source).name;
  const draft: ComponentDraft = {
    ...{ formatVersion: PACK_FORMAT_VERSION, kind: 'upscaler', upscaler },
    ...headOf({ title, license: UNKNOWN_LICENSE, attributions: [] }, options),
  };
  const notes =
    options.wishes.license === undefined
      ? [
          'Under which licence it is, the file does not say. What you make with it is yours to answer for.',
        ]
      : [];
  return { draft, notes };
}

async function fromClip(source: string, folder: string, options: BuildOptions): Promise<Built> {
  const { clip, widths, ...told } = await importClip(source, folder, {
    ...options,
    variant: options.wishes.variant,
  });
  const { title, license, attributions } = told;
  const draft: ComponentDraft = {
    ...{ formatVersion: PACK_FORMAT_VERSION, kind: 'clip', clip, widths },
    ...headOf({ title, license, attributions }, options),
  };
  return { draft, notes: [] };
}

/** Generators in an archive are unpacked beside the draft for as long as they are read. */
async function fromArchive(
  source: string,
  names: readonly string[],
  folder: string,
  options: BuildOptions,
): Promise<Built> {
  const graphs = names.filter((name) => name.endsWith('.onnx')).toSorted(byDepth);
  const [first = ''] = graphs;
  // The archive finds its files from the folder that the first graph is in.
  const inside = path.posix.join(path.posix.dirname(first), '/').replace(/^\.\//, '');
  const unpacked = `${folder}-unpacked`;
  const archive = await openSource(source, path.posix.basename(first));
  try {
    for (const name of names.filter((one) => one.startsWith(inside))) {
      throwIfCancelled(options.signal);
      const target = path.join(unpacked, name);
      await mkdir(path.dirname(target), { recursive: true, mode: PRIVATE_FOLDER });
      await archive.copy(name.slice(inside.length), target, MAX_PACK_BYTES, options.signal);
    }
  } finally {
    await archive.close();
  }
  const files = graphs
    .filter((name) => path.posix.dirname(name) === path.posix.dirname(first))
    .map((name) => path.join(unpacked, name));
  return fromOnnx(source, files, folder, options);
}

function byDepth(a: string, b: string): number {
  return a.split('/').length - b.split('/').length || a.localeCompare(b);
}

/** The class that is wished for, where the generator has it. */
function withClass(
  generator: EmittedGenerator['generator'],
  { class: wished }: ImportWishes,
): EmittedGenerator['generator'] {
  const { classes } = generator;
  if (wished === undefined) return generator;
  if (classes && wished < classes.count) {
    return { ...generator, classes: { ...classes, default: wished } };
  }
  const has = classes ? `the classes 0 to ${classes.count - 1}` : 'no classes';
  throw new StudioError(
    'invalid-argument',
    `The generator has ${has}. Nothing was taken in; choose a class that there is, or none.`,
  );
}

function generatorDraft(
  source: string,
  { generator, widths }: EmittedGenerator,
  license: string,
  options: BuildOptions,
): ComponentDraft {
  const name = path.parse(source).name;
  return {
    ...{ formatVersion: PACK_FORMAT_VERSION, kind: 'generator', generator, widths },
    ...headOf({ title: name, license, attributions: [] }, options),
  };
}

function headOf(
  told: Pick<ComponentDraft, 'title' | 'license' | 'attributions'>,
  { from, wishes: { id, title = told.title, license = told.license } }: BuildOptions,
): Pick<ComponentDraft, 'id' | 'title' | 'description' | 'license' | 'attributions'> {
  const description = `Imported from ${from}.`;
  return {
    id,
    title: title.slice(0, MAX_TITLE),
    description,
    license,
    attributions: told.attributions,
  };
}
