/** A first index and the one after the last. */
export interface Span {
  start: number;
  end: number;
}

/** Ids that were read together, and where the first of them stands. */
interface Run {
  start: number;
  ids: string[];
  /** When it was last looked at, as a count of looks. */
  seen: number;
}

/** A list of ids of which only parts are known: read in pieces, let go of again, and changed in between. */
export class SparseList {
  /** In order, without overlap. */
  #runs: Run[] = [];
  readonly #indices = new Map<string, number>();
  #looks = 0;
  #total = 0;

  get total(): number {
    return this.#total;
  }

  at(index: number): string | undefined {
    const run = this.#runAt(index);
    return run?.ids[index - run.start];
  }

  /** Where an id stands; -1 where that is not known. */
  indexOf(id: string): number {
    return this.#indices.get(id) ?? -1;
  }

  /** The ids from the first on, as far as they are known without a gap. */
  get head(): readonly string[] {
    const head: string[] = [];
    for (const { start, ids } of this.#runs) {
      if (start !== head.length) break;
      head.push(...ids);
    }
    return head;
  }

  /**
   * Where an id belongs in a list that is in descending order; null where that lies among what is not known.
   */
  placeFor(id: string): number | null {
    let known = 0;
    for (const { start, ids } of this.#runs) {
      const nth = ids.findIndex((each) => each < id);
      if (nth > 0) return start + nth;
      if (nth === 0) return start === known ? start : null;
      known = start + ids.length;
    }
    return known === this.#total ? known : null;
  }

  /** Starts anew. */
  reset(total: number, ids: readonly string[] = [], start = 0): void {
    this.#runs = [];
    this.#indices.clear();
    this.#total = total;
    this.put(start, ids);
  }

  /** What stands from `start` on; what was known there, or of these ids elsewhere, is forgotten. */
  put(start: number, ids: readonly string[]): void {
    if (ids.length === 0) return;
    const end = start + ids.length;
    const fresh = new Set(ids);
    const kept = this.#runs.flatMap((run) => outside(run, start, end, fresh));
    this.#runs = [...kept, { start, ids: [...ids], seen: (this.#looks += 1) }].sort(
      (a, b) => a.start - b.start,
    );
    this.#total = Math.max(this.#total, end);
    this.#number();
  }

  /** One more at `index`: what stands from there on moves back. */
  insert(index: number, id: string): void {
    const run = this.#runAt(index) ?? this.#runAt(index - 1);
    for (const each of this.#runs) if (each !== run && each.start >= index) each.start += 1;
    if (run) run.ids.splice(index - run.start, 0, id);
    this.#total += 1;
    if (run) this.#number();
    else this.put(index, [id]);
  }

  /** Takes out those that are known; the others move up. */
  remove(ids: ReadonlySet<string>): void {
    let gone = 0;
    for (const run of this.#runs) {
      const left = run.ids.filter((id) => !ids.has(id));
      run.start -= gone;
      gone += run.ids.length - left.length;
      run.ids = left;
    }
    this.#runs = this.#runs.filter((run) => run.ids.length > 0);
    this.#total -= gone;
    this.#number();
  }

  /**
   * What to read to know the first part of a span that is not known: a whole page, less what is known of it;
   * null where all of the span is known.
   */
  missing({ start, end }: Span, page: number): Span | null {
    const stop = Math.min(end, this.#total);
    let from = Math.max(0, start);
    let known = 0;
    for (const run of this.#runs) {
      if (run.start > from) break;
      known = run.start + run.ids.length;
      from = Math.max(from, known);
    }
    if (from >= stop) return null;
    const next = this.#runs.find((run) => run.start > from)?.start ?? this.#total;
    const begin = Math.max(known, Math.floor(from / page) * page);
    return { start: begin, end: Math.min(next, begin + page) };
  }

  /** Notes that a span is looked at, so that it is let go of last. */
  look({ start, end }: Span): void {
    this.#looks += 1;
    for (const run of this.#runs) {
      if (run.start < end && run.start + run.ids.length > start) run.seen = this.#looks;
    }
  }

  /** Lets go of what was looked at longest ago until at most `most` are known, and tells what that was. */
  shrink(most: number): string[] {
    const dropped: string[] = [];
    for (const run of this.#runs.toSorted((a, b) => a.seen - b.seen)) {
      if (this.#indices.size - dropped.length <= most || run.seen === this.#looks) break;
      dropped.push(...run.ids);
      run.ids = [];
    }
    if (dropped.length === 0) return dropped;
    this.#runs = this.#runs.filter((run) => run.ids.length > 0);
    this.#number();
    return dropped;
  }

  #number(): void {
    this.#indices.clear();
    for (const { start, ids } of this.#runs) {
      for (const [nth, id] of ids.entries()) this.#indices.set(id, start + nth);
    }
  }

  /** The run that an index lies in. */
  #runAt(index: number): Run | undefined {
    let low = 0;
    let high = this.#runs.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const run = this.#runs[middle];
      if (!run) return undefined;
      if (index < run.start) high = middle - 1;
      else if (index >= run.start + run.ids.length) low = middle + 1;
      else return run;
    }
    return undefined;
  }
}

/** What is left of a run outside of a span, cut where ids are taken out of it. */
function outside(run: Run, start: number, end: number, taken: ReadonlySet<string>): Run[] {
  const parts: Run[] = [];
  let part: Run | null = null;
  for (const [nth, id] of run.ids.entries()) {
    const at = run.start + nth;
    if ((at >= start && at < end) || taken.has(id)) part = null;
    else if (part) part.ids.push(id);
    else parts.push((part = { start: at, ids: [id], seen: run.seen }));
  }
  return parts;
}
