import type { ByteSource } from './byte-source.ts';
import type { ByteCursor } from './byte-cursor.ts';
import { buildObject, callGlobal, nameGlobal, setState } from './globals.ts';
import { type PickleValue, StoredBytes, StoredText, type GlobalName } from './pickle-values.ts';
import { checkpointHasCode, invalidCheckpoint, unsupportedCheckpoint } from './refusal.ts';

/** Texts and bytes longer than this stay in the file. */
const LONG_BYTES = 4_096;
const MAX_INTEGER_BYTES = 256;
const MAX_STACK = 100_000;
const MAX_OPEN_MARKS = 1_000;

/** How much all pickles of one file may do together. The largest official file takes a twentieth of it. */
export class PickleBudget {
  #instructions = 1_000_000;
  #bytes = 16_000_000;

  spendInstruction(): void {
    this.#instructions -= 1;
    if (this.#instructions < 0) throw invalidCheckpoint('builds more than any network needs');
  }

  spendBytes(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes < 0) throw invalidCheckpoint('holds more text than any network needs');
  }
}

export interface PickleOptions {
  readonly budget: PickleBudget;
  /** What a persistent id stands for; a pickle that has one without this is refused. */
  readonly persistent?: (id: PickleValue) => PickleValue;
}

/**
 * Reads one pickle of protocol 2 to 5 (Python's `pickletools` describes them) from the cursor on, up to its end.
 * Nothing of it is run: names of Python are looked up in a list of the studio's own (`globals.ts`).
 *
 * @throws StudioError `checkpoint-invalid`, `checkpoint-unsupported`, `checkpoint-has-code`
 */
export async function readPickle(cursor: ByteCursor, options: PickleOptions): Promise<PickleValue> {
  const machine = new PickleMachine(cursor, options);
  while (!machine.isDone) {
    if (cursor.needsFill) await cursor.fill();
    machine.step();
  }
  return machine.result();
}

class PickleMachine {
  readonly cursor: ByteCursor;
  readonly #options: PickleOptions;
  readonly #memo = new Map<number, PickleValue>();
  readonly #marks: number[] = [];
  #stack: PickleValue[] = [];
  isDone = false;

  constructor(cursor: ByteCursor, options: PickleOptions) {
    this.cursor = cursor;
    this.#options = options;
  }

  step(): void {
    this.#options.budget.spendInstruction();
    const code = this.cursor.take(1)[0] ?? -1;
    const instruction = INSTRUCTIONS.get(code);
    if (instruction) instruction(this);
    else refuseInstruction(code);
  }

  result(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0) throw malformed();
    return value;
  }

  push(value: PickleValue): void {
    if (this.#stack.length >= MAX_STACK) {
      throw invalidCheckpoint('piles up more values than any network needs');
    }
    this.#stack.push(value);
  }

  /** Values lie above a mark belong to it and cannot be taken singly from below. */
  pop(): PickleValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw malformed();
    return this.#stack.pop() as PickleValue;
  }

  /** The value that what was popped belongs to. */
  top(): PickleValue {
    const value = this.pop();
    this.#stack.push(value);
    return value;
  }

  mark(): void {
    if (this.#marks.length >= MAX_OPEN_MARKS) {
      throw invalidCheckpoint('is nested deeper than any network');
    }
    this.#marks.push(this.#stack.length);
  }

  popToMark(): PickleValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw malformed();
    return this.#stack.splice(mark);
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw malformed();
    this.push(value);
  }

  persistent(id: PickleValue): PickleValue {
    const { persistent } = this.#options;
    if (!persistent) throw unsupportedCheckpoint('refers to objects outside of it');
    return persistent(id);
  }

  /** A length in front of what it is the length of. */
  length(bytes: 1 | 4 | 8): number {
    const at = this.cursor.take(bytes);
    return bytes === 8 ? Number(at.readBigUInt64LE()) : at.readUIntLE(0, bytes);
  }

  text(length: number): string | StoredText {
    if (length > LONG_BYTES) return new StoredText(this.cursor.pass(length));
    this.#options.budget.spendBytes(length);
    return this.cursor.take(length).toString('utf8');
  }

  bytes(length: number): Uint8Array | StoredBytes {
    if (length > LONG_BYTES) return storedBytes(this.cursor.pass(length));
    this.#options.budget.spendBytes(length);
    return Uint8Array.from(this.cursor.take(length));
  }

  /** Two's complement, little endian. */
  integer(length: number): number | bigint {
    if (length > MAX_INTEGER_BYTES) throw invalidCheckpoint('holds a number that is far too large');
    const digits = Buffer.from(this.cursor.take(length)).reverse().toString('hex');
    const value = BigInt.asIntN(length * 8, BigInt(`0x${digits || '0'}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
}

function storedBytes(source: ByteSource): StoredBytes {
  return new StoredBytes(() => Promise.resolve(source));
}

type Instruction = (machine: PickleMachine) => void;

/** A value that follows the instruction, or none. */
const pushes =
  (value: (machine: PickleMachine) => PickleValue): Instruction =>
  (machine) =>
    machine.push(value(machine));

const tuple =
  (count: number): Instruction =>
  (machine) =>
    machine.push(Array.from({ length: count }, () => machine.pop()).reverse());

/** Those that pickles of protocol 2 to 5 are written with, and that build plain values. */
const INSTRUCTIONS: ReadonlyMap<number, Instruction> = new Map<number, Instruction>([
  // PROTO
  [0x80, (m) => requireProtocol(m.length(1))],
  // FRAME: how much may be read at once, which is known anyway
  [0x95, (m) => void m.length(8)],
  // STOP
  [0x2e, (m) => void (m.isDone = true)],

  // NONE, NEWTRUE, NEWFALSE
  [0x4e, pushes(() => null)],
  [0x88, pushes(() => true)],
  [0x89, pushes(() => false)],
  // BININT, BININT1, BININT2, LONG1, LONG4, BINFLOAT
  [0x4a, pushes((m) => m.cursor.take(4).readInt32LE())],
  [0x4b, pushes((m) => m.length(1))],
  [0x4d, pushes((m) => m.cursor.take(2).readUInt16LE())],
  [0x8a, pushes((m) => m.integer(m.length(1)))],
  [0x8b, pushes((m) => m.integer(m.length(4)))],
  [0x47, pushes((m) => m.cursor.take(8).readDoubleBE())],
  // SHORT_BINUNICODE, BINUNICODE, BINUNICODE8
  [0x8c, pushes((m) => m.text(m.length(1)))],
  [0x58, pushes((m) => m.text(m.length(4)))],
  [0x8d, pushes((m) => m.text(m.length(8)))],
  // SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8
  [0x43, pushes((m) => m.bytes(m.length(1)))],
  [0x42, pushes((m) => m.bytes(m.length(4)))],
  [0x8e, pushes((m) => m.bytes(m.length(8)))],
  [0x96, pushes((m) => m.bytes(m.length(8)))],

  // MARK; EMPTY_TUPLE, TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x28, (m) => m.mark()],
  [0x29, pushes(() => [])],
  [0x85, tuple(1)],
  [0x86, tuple(2)],
  [0x87, tuple(3)],
  [0x74, pushes((m) => m.popToMark())],
  // EMPTY_LIST, APPEND, APPENDS
  [0x5d, pushes(() => [])],
  [0x61, (m) => append(m, [m.pop()])],
  [0x65, (m) => append(m, m.popToMark())],
  // EMPTY_DICT, SETITEM, SETITEMS
  [0x7d, pushes(() => new Map())],
  [0x73, (m) => setItems(m, [m.pop(), m.pop()].reverse())],
  [0x75, (m) => setItems(m, m.popToMark())],
  // EMPTY_SET, ADDITEMS, FROZENSET
  [0x8f, pushes(() => new Set())],
  [0x90, (m) => addItems(m, m.popToMark())],
  [0x91, pushes((m) => new Set(m.popToMark()))],

  // BINPUT, LONG_BINPUT, MEMOIZE, BINGET, LONG_BINGET
  [0x71, (m) => m.remember(m.length(1))],
  [0x72, (m) => m.remember(m.length(4))],
  [0x94, (m) => m.remember()],
  [0x68, (m) => m.recall(m.length(1))],
  [0x6a, (m) => m.recall(m.length(4))],

  // GLOBAL, STACK_GLOBAL
  [0x63, pushes((m) => nameGlobal(m.cursor.takeLine(), m.cursor.takeLine()))],
  [0x93, pushes(stackGlobal)],
  // REDUCE, NEWOBJ, BUILD
  [0x52, pushes((m) => withArguments(m, callGlobal))],
  [0x81, pushes((m) => withArguments(m, buildObject))],
  [0x62, build],
  // BINPERSID
  [0x51, pushes((m) => m.persistent(m.pop()))],
]);

/** What old protocols or other programs write, by what happens in Python. */
const REFUSED: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
]);

const OUT_OF_BAND = [0x97, 0x98];
/** PERSID INT FLOAT LONG STRING BINSTRING SHORT_BINSTRING UNICODE DICT LIST GET PUT DUP POP POP_MARK */
const OLD = new Set(Buffer.from('PIFLSTUVdlgp201', 'latin1'));

function refuseInstruction(code: number): never {
  const name = REFUSED.get(code);
  if (name !== undefined) throw checkpointHasCode(`uses ${name}, by which classes are called`);
  if (OUT_OF_BAND.includes(code)) {
    throw unsupportedCheckpoint('keeps its numbers outside of the file');
  }
  if (OLD.has(code)) throw unsupportedCheckpoint('is of a form that Python 3 does not write');
  throw malformed();
}

function requireProtocol(protocol: number): void {
  if (protocol < 2 || protocol > 5) {
    throw unsupportedCheckpoint(`is a pickle of protocol ${protocol}, and 2 to 5 are known`);
  }
}

function stackGlobal(machine: PickleMachine): GlobalName {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof module !== 'string' || typeof name !== 'string') throw malformed();
  return nameGlobal(module, name);
}

function withArguments(
  machine: PickleMachine,
  call: (callee: PickleValue, args: PickleValue[]) => PickleValue,
): PickleValue {
  const [args, callee] = [machine.pop(), machine.pop()];
  if (!Array.isArray(args)) throw malformed();
  return call(callee, args);
}

function build(machine: PickleMachine): void {
  const state = machine.pop();
  setState(machine.top(), state);
}

function append(machine: PickleMachine, values: readonly PickleValue[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw malformed();
  for (const value of values) list.push(value);
}

function addItems(machine: PickleMachine, values: readonly PickleValue[]): void {
  const set = machine.top();
  if (!(set instanceof Set)) throw malformed();
  for (const value of values) set.add(value);
}

function setItems(machine: PickleMachine, pairs: readonly PickleValue[]): void {
  const map = machine.top();
  if (!(map instanceof Map) || pairs.length % 2 !== 0) throw malformed();
  for (let i = 0; i < pairs.length; i += 2) {
    map.set(pairs[i] as PickleValue, pairs[i + 1] as PickleValue);
  }
}

function malformed(): Error {
  return invalidCheckpoint('is damaged, or is no pickle of Python');
}
