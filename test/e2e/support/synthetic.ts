/** A library that is as long as a test says: its rows and pictures are made up when they are asked for. */
import sharp from 'sharp';
import type { Generation } from '../../../electron/contract/generation.ts';
import type { StudioService } from '../../../electron/contract/service.ts';
import { portraitId, stubPortrait } from '../../contract/stub-studio.ts';

const SIDE = 256;
const HUES = 48;
const HOUR = 3_600_000;
const NEWEST = Date.UTC(2026, 5, 14, 18);
/** The last are longer than the place they have. */
const WORDS = [
  ...['a sailor', 'an old man with a grey beard', 'a girl with pink hair'],
  `a chef${', who has much to say'.repeat(5)}`,
];

type Methods =
  'list' | 'listIds' | 'indexOf' | 'count' | 'get' | 'groups' | 'prompts' | 'picture' | 'thumbnail';

/** Made over three years, more and more from year to year. */
const madeAt = (index: number, count: number): number =>
  Math.round(NEWEST - 3 * 365 * 24 * HOUR * (index / count) ** 0.6);

/** All are listed by date, whatever is asked for. @param count how many there are */
export function syntheticLibrary(count: number): Pick<StudioService, Methods> {
  const standing = new Map<string, Partial<Generation>>();
  const indexOf = (id: string) => count - parseInt(id.slice(-12), 16);
  const portrait = (index: number): Generation => {
    const n = count - index;
    return {
      ...stubPortrait(n),
      createdAt: madeAt(index, count),
      prompt: `${WORDS[index % WORDS.length] ?? ''}, ${n}`,
      ...{ width: SIDE, height: SIDE },
      ...standing.get(portraitId(n)),
    };
  };
  const span = (offset: number, limit: number) =>
    Array.from({ length: Math.max(0, Math.min(limit, count - offset)) }, (_, at) => offset + at);
  const draw = async (id: string, format: 'png' | 'webp') => {
    const hue = (indexOf(id) * 29) % HUES;
    const color = `hsl(${(360 / HUES) * hue} 40% 62%)`;
    const face = `<svg width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="${color}"/>
      <ellipse cx="128" cy="140" rx="66" ry="84" fill="#f3d9c4"/><circle cx="104" cy="126" r="7"/>
      <circle cx="152" cy="126" r="7"/><path d="M102 176q26 22 52 0" fill="none" stroke="#000" stroke-width="4"/></svg>`;
    return new Uint8Array(await sharp(Buffer.from(face)).toFormat(format).toBuffer());
  };
  const drawn = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const pictureOf = (id: string, format: 'png' | 'webp') => {
    const key = `${format} ${(indexOf(id) * 29) % HUES}`;
    const picture = drawn.get(key) ?? draw(id, format);
    drawn.set(key, picture);
    return picture;
  };
  return {
    list: async ({ limit, offset = 0 }) => ({
      items: span(offset, limit).map(portrait),
      next: null,
    }),
    listIds: async ({ limit, offset = 0 }) => ({
      ids: span(offset, limit).map((index) => portraitId(count - index)),
      total: count,
    }),
    indexOf: async ({ id }) => ({ index: indexOf(id) }),
    count: async () => ({ count }),
    get: async ({ id }) => portrait(indexOf(id)),
    groups: async () => daysOf(count),
    prompts: async () => WORDS,
    picture: ({ id }) => pictureOf(id, 'png'),
    thumbnail: ({ id }) => pictureOf(id, 'webp'),
  };
}

function daysOf(count: number): { key: string; count: number; cover: string }[] {
  const days = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const key = new Date(madeAt(index, count)).toISOString().slice(0, 10);
    days.set(key, (days.get(key) ?? 0) + 1);
  }
  return [...days].map(([key, made]) => ({ key, count: made, cover: portraitId(1) }));
}
