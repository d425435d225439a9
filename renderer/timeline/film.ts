/** Films by the browser's own encoders (WebCodecs); mediabunny puts their pictures into a file. */
import type { Frame } from '../../electron/contract/draw.ts';
import { StudioError, throwIfCancelled } from '../../electron/contract/errors.ts';
import { type Film, FILM_FORMATS, keysOf } from '../../electron/contract/formats.ts';
import type { FrameRate } from '../../electron/contract/timeline.ts';
import { toRgba } from '../ui/pixels.ts';

/** What players know in a file of each kind, the most welcome first. */
const CODECS = { mp4: ['avc'], webm: ['vp9', 'vp8'] } as const satisfies Record<Film, unknown>;
export type FilmCodec = (typeof CODECS)[Film][number];

export interface FilmRequest {
  readonly format: Film;
  readonly fps: FrameRate;
  /** Indices of the frames, in the order they are seen. */
  readonly order: readonly number[];
  /** Under which the pack that drew the frames was given; it is told in the film. */
  readonly license: string | undefined;
  readonly signal: AbortSignal;
  frame(index: number): Promise<Frame>;
  onFrame(): void;
}

/** How a film of each kind names the tag for who may do what with it. */
const COPYRIGHT = { mp4: 'cprt', webm: 'COPYRIGHT' } as const satisfies Record<Film, string>;

/** With what this browser can encode each kind of film at a size in pixels; null where it cannot. */
export async function filmCodecs(side: number): Promise<Record<Film, FilmCodec | null>> {
  const found = keysOf(FILM_FORMATS).map(async (film) => [film, await codecFor(film, side)]);
  return Object.fromEntries(await Promise.all(found));
}

async function codecFor(format: Film, side: number): Promise<FilmCodec | null> {
  if (!('VideoEncoder' in globalThis)) return null;
  const { canEncodeVideo } = await import('mediabunny');
  const size = { width: evenSide(side), height: evenSide(side) };
  for (const codec of CODECS[format]) {
    if (await canEncodeVideo(codec, size)) return codec;
  }
  return null;
}

/**
 * Encodes frames one after the other; only the finished film is in memory.
 *
 * @throws StudioError `cancelled`; `device-unavailable` where the browser has no encoder
 */
export async function encodeFilm({
  format,
  fps,
  order,
  license,
  signal,
  frame,
  onFrame,
}: FilmRequest): Promise<Uint8Array<ArrayBuffer>> {
  const bunny = await import('mediabunny');
  const [begin = 0] = order;
  const first = await frame(begin);
  const codec = await codecFor(format, Math.max(first.width, first.height));
  if (!codec) throw noEncoder(format);
  const canvas = new OffscreenCanvas(evenSide(first.width), evenSide(first.height));
  const target = new bunny.BufferTarget();
  const containers = {
    mp4: () => new bunny.Mp4OutputFormat(),
    webm: () => new bunny.WebMOutputFormat(),
  } satisfies Record<Film, unknown>;
  const output = new bunny.Output({
    format: containers[format](),
    target,
  });
  const source = new bunny.CanvasSource(canvas, { codec, bitrate: bunny.QUALITY_VERY_HIGH });
  output.addVideoTrack(source, { frameRate: fps });
  if (license !== undefined) output.setMetadataTags({ raw: { [COPYRIGHT[format]]: license } });
  try {
    await output.start();
    for (const [place, index] of order.entries()) {
      throwIfCancelled(signal);
      paint(canvas, place === 0 ? first : await frame(index));
      await source.add(place / fps, 1 / fps);
      onFrame();
    }
    await output.finalize();
  } catch (error) {
    await output.cancel();
    throw error;
  }
  if (target.buffer) return new Uint8Array(target.buffer);
  throw new StudioError('internal', 'The film came out empty. Its frames are kept; try again.');
}

function paint(canvas: OffscreenCanvas, frame: Frame): void {
  const pixels = new ImageData(toRgba(frame), frame.width, frame.height);
  canvas.getContext('2d')?.putImageData(pixels, 0, 0);
}

/** Encoders halve the colours' sides and take no odd ones; one row of pixels is left out then. */
function evenSide(side: number): number {
  return Math.max(2, side - (side % 2));
}

function noEncoder(format: Film): StudioError {
  return new StudioError(
    'device-unavailable',
    `This browser has no encoder for ${FILM_FORMATS[format].title}. The frames are kept: export them as ` +
      'WebP, GIF or pictures, or as the other kind of film.',
  );
}
