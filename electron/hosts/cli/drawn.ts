import { createHash } from 'node:crypto';
import { StudioError, toStudioError } from '../../contract/errors.ts';
import type { GenerateEvent } from '../../contract/draw.ts';
import { EXPORT_DEFAULTS } from '../../contract/export-kinds.ts';
import type { Generation } from '../../contract/generation.ts';
import type { StreamOptions } from '../../contract/method.ts';
import { requireWritable } from './destination.ts';
import { print } from './output.ts';
import { tellUnheard } from './unheard.ts';
import type { GlobalOptions, Session } from './session.ts';

export interface DeliveryOptions extends GlobalOptions {
  /** Where PNGs are written to as well. */
  readonly out?: string | undefined;
}

/** Of commands that draw several. */
export interface ManyOptions extends DeliveryOptions {
  readonly count: number;
  /** How many to draw, of which the best `count` are kept. */
  readonly bestOf?: number | undefined;
}

interface Delivered {
  readonly generation: Generation;
  readonly file: string;
}

/**
 * Has portraits drawn and tells of them. Each is written out while the next is drawn; at Ctrl+C what was
 * drawn stays.
 */
export async function deliverDrawn(
  session: Session,
  options: DeliveryOptions,
  draw: (stream: StreamOptions<GenerateEvent>) => Promise<unknown>,
): Promise<void> {
  const { signal, onProgress, aside } = session;
  if (options.out !== undefined) await requireWritable(options.out);
  const deliveries: Promise<Delivered>[] = [];
  const deliver = (generation: Generation) => {
    const before = deliveries.at(-1)?.catch(() => undefined);
    const delivery = writeOut(generation, options.out, session).finally(() => before);
    // Awaited at the end; until then a failure must not count as unhandled.
    delivery.catch(() => undefined);
    deliveries.push(delivery);
    // Programs get one document, at the end.
    if (options.json) return;
    const tell = ({ file }: Delivered) => aside(() => print(false, null, [file]));
    delivery.then(tell, () => undefined);
  };
  try {
    await draw({
      signal,
      onEvent: (event) =>
        event.kind === 'portrait' ? deliver(event.generation) : onProgress(event),
    });
  } catch (thrown) {
    throw withKept(thrown, await Promise.allSettled(deliveries));
  }
  await Promise.allSettled(deliveries);
  report(await Promise.all(deliveries), options);
}

/** An error that tells which portraits were kept before it. */
function withKept(thrown: unknown, settled: readonly PromiseSettledResult<Delivered>[]): unknown {
  const kept = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (kept.length === 0) return thrown;
  const { code, message, details } = toStudioError(thrown);
  const images = kept.map(({ generation, file }) => ({ id: generation.id, file }));
  return new StudioError(code, message, { cause: thrown, details: { ...details, images } });
}

/** How many letters of a hash tell the portraits of one line from another's. */
const MARK_LENGTH = 6;

/**
 * Named by words, seed and a mark of all else that was asked for, so that the same line writes the same files
 * again, and no other line does. Where no seed tells a portrait from others, its id does.
 */
async function writeOut(
  generation: Generation,
  folder: string | undefined,
  { service, library }: Session,
): Promise<Delivered> {
  const { id, seed, prompt, settings, source, parents, pack } = generation;
  if (folder === undefined) return { generation, file: library.reader.picturePath(id) };
  // The same portrait, however many are drawn with it.
  const sampling = { ...settings, count: undefined, unheard: undefined };
  const asked = JSON.stringify([prompt, sampling, source, parents, pack]);
  const mark = createHash('sha256').update(asked).digest('hex').slice(0, MARK_LENGTH);
  const delivery = await service.exportPortraits({
    portraits: { by: 'ids', ids: [id] },
    as: {
      ...EXPORT_DEFAULTS.pictures,
      pattern: seed === null ? '{prompt} {id}' : `{prompt} {seed} ${mark}`,
      ifExists: 'replace',
    },
    name: 'portrait',
    destination: { kind: 'folder', folder },
  });
  const [file = ''] = delivery.kind === 'files' ? delivery.files : [];
  return { generation, file };
}

function report(delivered: readonly Delivered[], { json }: GlobalOptions): void {
  const [first] = delivered;
  const images = delivered.map(({ generation, file }) => {
    const { id, prompt, seed, width, height, clipScore, logLikelihood, timings } = generation;
    const ms = Object.values(timings).reduce((sum, part) => sum + part, 0);
    return { id, file, prompt, seed, width, height, clipScore, logLikelihood, ms: Math.round(ms) };
  });
  const unheard = [
    ...new Set(delivered.flatMap(({ generation }) => generation.settings.unheard ?? [])),
  ];
  tellUnheard(unheard, json);
  if (!json) return;
  print(
    json,
    {
      pack: first?.generation.pack.id,
      device: first?.generation.device,
      prompt: first?.generation.prompt,
      images,
      ...(unheard.length > 0 && { unheard }),
    },
    [],
  );
}
