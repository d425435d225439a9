/** How a number lies in a file, little endian. */
export interface NumberKind {
  readonly bytes: number;
  /** The number at a byte of the view. */
  readonly at: (view: DataView, byte: number) => number;
}

const kind = (bytes: number, at: NumberKind['at']): NumberKind => ({ bytes, at });

/** By the names of PyTorch. */
export const NUMBER_KINDS = {
  float16: kind(2, (view, byte) => halfToNumber(view.getUint16(byte, true))),
  bfloat16: kind(2, (view, byte) => {
    BITS.setUint32(0, view.getUint16(byte, true) << 16);
    return BITS.getFloat32(0);
  }),
  float32: kind(4, (view, byte) => view.getFloat32(byte, true)),
  float64: kind(8, (view, byte) => view.getFloat64(byte, true)),
  int8: kind(1, (view, byte) => view.getInt8(byte)),
  int16: kind(2, (view, byte) => view.getInt16(byte, true)),
  int32: kind(4, (view, byte) => view.getInt32(byte, true)),
  int64: kind(8, (view, byte) => Number(view.getBigInt64(byte, true))),
  uint8: kind(1, (view, byte) => view.getUint8(byte)),
  uint16: kind(2, (view, byte) => view.getUint16(byte, true)),
  uint32: kind(4, (view, byte) => view.getUint32(byte, true)),
  uint64: kind(8, (view, byte) => Number(view.getBigUint64(byte, true))),
  bool: kind(1, (view, byte) => Math.min(1, view.getUint8(byte))),
} as const satisfies Record<string, NumberKind>;

const BITS = new DataView(new ArrayBuffer(4));

/** IEEE 754-2019, binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
