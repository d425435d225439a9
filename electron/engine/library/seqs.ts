/** The numbers of rows, in an order or none. */
export type Seqs = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer>;

const MOST = 0xffff_ffff;

/** The same in half the memory, where all are such numbers as SQLite gives by itself. */
export function compact(seqs: Seqs): Seqs {
  for (let at = 0; at < seqs.length; at += 1) {
    const seq = seqs[at] as number;
    if (!(seq >= 0 && seq <= MOST && Number.isInteger(seq))) return seqs;
  }
  return seqs instanceof Uint32Array ? seqs : new Uint32Array(seqs);
}

/** Room for some of others. */
export function roomLike(others: Seqs): Seqs {
  return others instanceof Uint32Array
    ? new Uint32Array(others.length)
    : new Float64Array(others.length);
}

/** The first of them, in no more memory than they need. */
export function shortened(seqs: Seqs, count: number): Seqs {
  const memory = seqs.buffer.transfer(count * seqs.BYTES_PER_ELEMENT);
  return seqs instanceof Uint32Array ? new Uint32Array(memory) : new Float64Array(memory);
}
