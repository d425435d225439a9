/**
 * In how many bits a code differs from each of many others: 16 bytes at a time, by a WebAssembly function of the few
 * instructions below. In JavaScript the same takes many times as long.
 */
import { bytesOfNumbers } from '../../onnx/tensor.ts';

/** Bytes that are compared at once; a code is as many as its width needs of these. */
export const BLOCK_BYTES = 16;

/** Bytes of codes that are looked at in one call: they fit into the processor's cache. */
const CHUNK_BYTES = 131_072;
const PAGE_BYTES = 65_536;
/** Longest code. */
const QUERY_BYTES = PAGE_BYTES;
const CODES_AT = QUERY_BYTES;
const DISTANCES_AT = CODES_AT + CHUNK_BYTES;
const DISTANCES_BYTES = (CHUNK_BYTES / BLOCK_BYTES) * 2;

/** Node's, as far as it is used: no library of types that we load knows it. */
declare const WebAssembly: {
  readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

type Count = (codes: number, count: number, blocks: number, query: number, out: number) => void;

const memory = new WebAssembly.Memory({
  initial: Math.ceil((DISTANCES_AT + DISTANCES_BYTES) / PAGE_BYTES),
});
const bytes = new Uint8Array(memory.buffer);
const { count } = new WebAssembly.Instance(new WebAssembly.Module(assemble()), {
  env: { memory },
}).exports as { count: Count };

/**
 * Writes how far each of `codes` is from `code`, in bits.
 *
 * @param codes one after the other, each as long as `code`, which is a multiple of {@link BLOCK_BYTES}
 */
export function distancesTo(code: Int32Array, codes: Int32Array, distances: Uint16Array): void {
  const length = code.byteLength;
  const atOnce = Math.floor(CHUNK_BYTES / length);
  bytes.set(bytesOfNumbers(code), 0);
  const all = bytesOfNumbers(codes);
  for (let start = 0; start < distances.length; start += atOnce) {
    const end = Math.min(start + atOnce, distances.length);
    bytes.set(all.subarray(start * length, end * length), CODES_AT);
    count(CODES_AT, end - start, length / BLOCK_BYTES, 0, DISTANCES_AT);
    distances.set(new Uint16Array(memory.buffer, DISTANCES_AT, end - start), start);
  }
}

/**
 * The module as bytes (WebAssembly Core Specification 2.0, §5): one function of the type {@link Count} that goes
 * through `count` codes, and through the `blocks` of each.
 */
function assemble(): Uint8Array<ArrayBuffer> {
  const [CODES, COUNT, BLOCKS, QUERY, OUT, LEFT, PLACE, SUM] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
  const get = (local: number) => [0x20, local];
  const set = (local: number) => [0x21, local];
  const plus = (local: number, step: number) => [...get(local), 0x41, step, 0x6a, ...set(local)];
  const lessOne = (local: number) => [...get(local), 0x41, 1, 0x6b, 0x22, local];
  const load = (local: number) => [...get(local), 0xfd, 0x00, 0x00, 0x00];
  const lane = (n: number) => [...get(SUM), 0xfd, 0x1b, n];
  const LOOP = [0x03, 0x40];
  const REPEAT_IF = [0x0d, 0x00];
  const END = [0x0b];
  const ADD = [0x6a];
  const body = [
    // Locals: two of i32, one of v128.
    ...[2, 2, 0x7f, 1, 0x7b],
    ...LOOP,
    ...[0xfd, 0x0c, ...new Array<number>(16).fill(0), ...set(SUM)],
    ...[...get(BLOCKS), ...set(LEFT), ...get(QUERY), ...set(PLACE)],
    ...LOOP,
    // v128.xor, i8x16.popcnt, i16x8.extadd_pairwise_i8x16_u, i16x8.add
    ...[...get(SUM), ...load(CODES), ...load(PLACE)],
    ...[0xfd, 0x51, 0xfd, 0x62, 0xfd, 0x7d, 0xfd, 0x8e, 0x01, ...set(SUM)],
    ...[...plus(CODES, BLOCK_BYTES), ...plus(PLACE, BLOCK_BYTES)],
    ...[...lessOne(LEFT), ...REPEAT_IF, ...END],
    // i32x4.extadd_pairwise_i16x8_u; its four lanes together are stored as i32.store16
    ...[...get(SUM), 0xfd, 0x7f, ...set(SUM), ...get(OUT)],
    ...[...lane(0), ...lane(1), ...ADD, ...lane(2), ...ADD, ...lane(3), ...ADD],
    ...[0x3b, 0x00, 0x00, ...plus(OUT, 2)],
    ...[...lessOne(COUNT), ...REPEAT_IF, ...END, ...END],
  ];
  const name = (text: string) => [text.length, ...Buffer.from(text)];
  const section = (id: number, ...content: number[]) => [id, ...leb(content.length), ...content];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 5, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0),
    ...section(2, 1, ...name('env'), ...name('memory'), 0x02, 0x00, 1),
    ...section(3, 1, 0),
    ...section(7, 1, ...name('count'), 0x00, 0),
    ...section(10, 1, ...leb(body.length), ...body),
  ]);
}

/** As a length is written: seven bits a byte, the lowest first (LEB128). */
function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}
