/**
 * Adds up what is looked up by the halves of bytes: of 16 codes at a time, by a WebAssembly function of the few
 * instructions below (André et al. 2015, "Cache locality is not enough", §4). In JavaScript the same takes many times
 * as long.
 */

/** Codes that lie interleaved: the first byte of each, then the second of each, and so on. */
export const LANES = 16;
/** What a code's bytes are a multiple of: so many are looked up before the function turns round. */
export const BYTES_AT_ONCE = 4;
/** What is looked up for one byte: a table of 16 for its low half, and one for its high half. */
export const TABLE_BYTES = 32;
/** The most that may be looked up for half a byte: two of them fit into a byte. */
export const MOST_PER_HALF = 127;

/** Bytes of codes that are looked at in one call: they fit into the processor's cache. */
const CHUNK_BYTES = 131_072;
const PAGE_BYTES = 65_536;
/** For codes of up to 8,192 bytes. */
const TABLES_BYTES = 4 * PAGE_BYTES;
const CODES_AT = TABLES_BYTES;
const SUMS_AT = CODES_AT + CHUNK_BYTES;

/** Node's, as far as it is used: no library of types that we load knows it. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

type Add = (codes: number, blocks: number, bytes: number, tables: number, sums: number) => void;

const memory = new WebAssembly.Memory({ initial: (SUMS_AT + CHUNK_BYTES) / PAGE_BYTES });
const bytes = new Uint8Array(memory.buffer);
const { add } = new WebAssembly.Instance(new WebAssembly.Module(assemble()), {
  env: { memory },
}).exports as { add: Add };

/**
 * Writes the sum of each code.
 *
 * @param tables one of {@link TABLE_BYTES} for each byte of a code, of at most {@link MOST_PER_HALF}; no sum may exceed
 *   65,535
 * @param codes blocks of {@link LANES} interleaved codes
 */
export function addLookups(tables: Uint8Array, codes: Uint8Array, sums: Uint16Array): void {
  const length = tables.length / TABLE_BYTES;
  const blockBytes = length * LANES;
  const atOnce = Math.floor(CHUNK_BYTES / blockBytes);
  const blocks = codes.length / blockBytes;
  bytes.set(tables, 0);
  for (let start = 0; start < blocks; start += atOnce) {
    const end = Math.min(start + atOnce, blocks);
    bytes.set(codes.subarray(start * blockBytes, end * blockBytes), CODES_AT);
    add(CODES_AT, end - start, length, 0, SUMS_AT);
    sums.set(new Uint16Array(memory.buffer, SUMS_AT, (end - start) * LANES), start * LANES);
  }
}

/**
 * The module as bytes (WebAssembly Core Specification 2.0, §5): one function of the type {@link Add} that goes
 * through the blocks, and through the bytes of each. Sums have 16 bits: those of even lanes are what all pairs of lanes
 * add up to, less those of odd ones.
 */
function assemble(): Uint8Array<ArrayBuffer> {
  const [CODES, BLOCKS, BYTES, TABLES, SUMS, LEFT, TABLE] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [CODE, FOUND, PAIRS, ODD] = [7, 8, 9, 10] as const;
  const get = (local: number) => [0x20, local];
  const set = (local: number) => [0x21, local];
  const tee = (local: number) => [0x22, local];
  const number = (value: number) => [0x41, ...signedLeb(value)];
  const vector = (op: number, ...rest: number[]) => [0xfd, ...leb(op), ...rest];
  const load = (local: number, at: number) => [...get(local), ...vector(0x00, 0, ...leb(at))];
  const store = (at: number) => vector(0x0b, 0, ...leb(at));
  const constant = (byte: number) => vector(0x0c, ...new Array<number>(16).fill(byte));
  const plus = (local: number, step: number) => [
    ...[...get(local), ...number(step), 0x6a, ...set(local)],
  ];
  const less = (local: number, step: number) => [
    ...[...get(local), ...number(step), 0x6b, ...tee(local)],
  ];
  const [LOOP, REPEAT_IF, END] = [[0x03, 0x40], [0x0d, 0x00], [0x0b]];
  const [SWIZZLE, AND, SHIFT_RIGHT_8, ADD_8] = [0x0e, 0x4e, 0x6d, 0x6e] as const;
  const [SHIFT_LEFT_16, SHIFT_RIGHT_16, ADD_16, SUBTRACT_16] = [0x8b, 0x8d, 0x8e, 0x91] as const;
  const lookUp = (nth: number) => [
    ...[...load(CODES, LANES * nth), ...tee(CODE), ...constant(15), ...vector(AND), ...set(FOUND)],
    ...[...load(TABLE, TABLE_BYTES * nth), ...get(FOUND), ...vector(SWIZZLE)],
    ...[...load(TABLE, TABLE_BYTES * nth + 16), ...get(CODE)],
    ...[...number(4), ...vector(SHIFT_RIGHT_8), ...vector(SWIZZLE)],
    ...[...vector(ADD_8), ...tee(FOUND), ...get(PAIRS), ...vector(ADD_16), ...set(PAIRS)],
    ...[...get(FOUND), ...number(8), ...vector(SHIFT_RIGHT_16)],
    ...[...get(ODD), ...vector(ADD_16), ...set(ODD)],
  ];
  /** i8x16.shuffle: lanes of 16 bits in turn, from the middle of both or from their beginning. */
  const interleave = (from: number) =>
    vector(
      0x0d,
      ...[0, 1, 2, 3].flatMap((nth) =>
        [0, 16].flatMap((of) => [0, 1].map((b) => from + of + 2 * nth + b)),
      ),
    );
  const body = [
    // Locals: two of i32, four of v128.
    ...[2, 2, 0x7f, 4, 0x7b],
    ...LOOP,
    ...[...constant(0), ...set(PAIRS), ...constant(0), ...set(ODD)],
    ...[...get(BYTES), ...set(LEFT), ...get(TABLES), ...set(TABLE)],
    ...LOOP,
    ...Array.from({ length: BYTES_AT_ONCE }, (_, nth) => lookUp(nth)).flat(),
    ...[...plus(CODES, LANES * BYTES_AT_ONCE), ...plus(TABLE, TABLE_BYTES * BYTES_AT_ONCE)],
    ...[...less(LEFT, BYTES_AT_ONCE), ...REPEAT_IF, ...END],
    ...[...get(PAIRS), ...get(ODD), ...number(8), ...vector(SHIFT_LEFT_16)],
    ...[...vector(SUBTRACT_16), ...set(PAIRS)],
    ...[...get(SUMS), ...get(PAIRS), ...get(ODD), ...interleave(0), ...store(0)],
    ...[...get(SUMS), ...get(PAIRS), ...get(ODD), ...interleave(8), ...store(16)],
    ...[...plus(SUMS, 2 * LANES), ...less(BLOCKS, 1), ...REPEAT_IF, ...END, ...END],
  ];
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const section = (id: number, ...content: number[]) => [id, ...leb(content.length), ...content];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0),
    ...section(2, 1, ...name('env'), ...name('memory'), 0x02, 0x00, 1),
    ...section(3, 1, 0),
    ...section(7, 1, ...name('add'), 0x00, 0),
    ...section(10, 1, ...leb(body.length), ...body),
  ]);
}

/** As a length is written: seven bits a byte, the lowest first (LEB128). */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

/** The same of a positive number that may be a negative one: the highest bit written is its sign. */
function signedLeb(value: number): number[] {
  return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signedLeb(value >>> 7)];
}
