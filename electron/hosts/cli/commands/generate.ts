import type { DrawOverrides, Origin } from '../../../contract/draw.ts';
import type { Generation } from '../../../contract/generation.ts';
import { print } from '../output.ts';
import { type GlobalOptions, type Session, withStudio } from '../session.ts';

export interface GenerateOptions extends GlobalOptions, DrawOverrides {
  readonly count: number;
  readonly from?: string | undefined;
  readonly out?: string | undefined;
}

interface Delivered {
  readonly generation: Generation;
  readonly file: string;
}

/** Draws portraits. Each is written out while the next is drawn; at Ctrl+C what was drawn stays. */
export async function generate(
  prompt: string | undefined,
  options: GenerateOptions,
): Promise<void> {
  await withStudio(options, async (session) => {
    const { service, signal, onProgress } = session;
    const { count, seed, truncation, temperature, gap } = options;
    const origin = await originOf(prompt, options.from, session);
    const deliveries: Promise<Delivered>[] = [];
    const deliver = (generation: Generation) => {
      const delivery = writeOut(generation, options.out, session);
      // Awaited at the end; until then a failure must not count as unhandled.
      delivery.catch(() => undefined);
      deliveries.push(delivery);
    };
    try {
      await service.generate(
        { origin, count, settings: { seed, truncation, temperature, gap } },
        {
          signal,
          onEvent: (event) =>
            event.kind === 'portrait' ? deliver(event.generation) : onProgress(event),
        },
      );
    } finally {
      await Promise.allSettled(deliveries);
    }
    report(await Promise.all(deliveries), options);
  });
}

async function originOf(
  prompt: string | undefined,
  from: string | undefined,
  { references }: Session,
): Promise<Origin> {
  if (from === undefined) return { kind: 'prompt', prompt: prompt ?? '' };
  const { id: reference } = await references.add(from);
  return { kind: 'image', reference, prompt };
}

/** Named by words and seed, so that the same line writes the same files again. */
async function writeOut(
  generation: Generation,
  folder: string | undefined,
  { service, library }: Session,
): Promise<Delivered> {
  const { id } = generation;
  if (folder === undefined) return { generation, file: library.reader.picturePath(id) };
  const delivery = await service.exportPictures({
    ids: [id],
    pictures: {
      ...{ format: 'png', quality: 100, metadata: true, ifExists: 'replace' },
      pattern: '{prompt} {seed}',
    },
    destination: { kind: 'folder', folder },
  });
  const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
  return { generation, file };
}

function report(delivered: readonly Delivered[], { json }: GlobalOptions): void {
  const [first] = delivered;
  const images = delivered.map(({ generation, file }) => {
    const { id, seed, width, height, clipScore, logLikelihood, timings } = generation;
    const ms = Object.values(timings).reduce((sum, part) => sum + part, 0);
    return { id, file, seed, width, height, clipScore, logLikelihood, ms: Math.round(ms) };
  });
  print(
    json,
    {
      pack: first?.generation.pack.id,
      device: first?.generation.device,
      prompt: first?.generation.prompt,
      images,
    },
    images.map(({ file }) => file),
  );
}
