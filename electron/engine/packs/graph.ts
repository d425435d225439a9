/**
 * What an ONNX graph of a pack may be: a computation that ends, made of ONNX's own operators and of the
 * pack's own numbers. Looked at before ONNX Runtime is given the file. Field numbers are those of
 * https://github.com/onnx/onnx/blob/v1.19.0/onnx/onnx.proto.
 */
import path from 'node:path';
import { StudioError, type ErrorCode } from '../../contract/errors.ts';
import { leavesFolder } from '../../contract/pack.ts';
import {
  bytesOf,
  fieldsOf,
  MalformedMessageError,
  numbersOf,
  textOf,
} from '../onnx/protobuf-reader.ts';

const MODEL = { graph: 7, functions: 25 };
const GRAPH = { node: 1, initializer: 5, sparseInitializer: 15 };
const NODE = { operator: 4, attribute: 5, domain: 7 };
const ATTRIBUTE = { tensor: 5, graph: 6, tensors: 10, graphs: 11, sparse: 22, sparses: 23 };
const SPARSE = { values: 1, indices: 2 };
const TENSOR = { dims: 1, externalData: 13, dataLocation: 14 };
const ENTRY = { key: 1, value: 2 };

/** ONNX's own operators, by either of their names, and those that ONNX Runtime is built with. */
const DOMAINS = new Set(['', 'ai.onnx', 'com.microsoft']);

/** Repeat a graph as long as its numbers say. */
const LOOPS = /^(Loop|Scan|SequenceMap|(Whisper)?BeamSearch|GreedySearch|Sampling)$/;
/** Hand a part of the graph, or a file, to what is installed for one processor. */
const FOREIGN = /^EPContext$/;
const RANDOM = /^(Random(Normal|Uniform)(Like)?|Multinomial|Bernoulli)$/;

/** `If` within `If`. */
const MAX_DEPTH = 8;
const MAX_NODES = 200_000;
/** In one tensor that stands in the graph. */
const MAX_ELEMENTS = 2n ** 31n;

/** The marks of ONNX Runtime's own format, which is not looked at here. */
const ORT_MARK = 'ORTM';
const ORT_MARK_AT = 4;

/**
 * Refuses a graph that is no such computation.
 *
 * @param model the bytes of an ONNX file
 * @param name how the manifest calls the file
 * @param isListed whether the manifest lists a file
 * @throws StudioError `pack-file-invalid`, `pack-not-repeatable`, `pack-path-escapes`, `pack-not-a-pack` or
 *   `pack-over-budget`
 */
export function checkGraph(
  model: Uint8Array,
  name: string,
  isListed: (file: string) => boolean,
): void {
  try {
    new GraphCheck(name, isListed).model(model);
  } catch (thrown) {
    if (!(thrown instanceof MalformedMessageError)) throw thrown;
    throw refusal('pack-file-invalid', name, 'it is no ONNX graph that can be read');
  }
}

class GraphCheck {
  readonly #name: string;
  readonly #isListed: (file: string) => boolean;
  #nodes = 0;

  constructor(name: string, isListed: (file: string) => boolean) {
    this.#name = name;
    this.#isListed = isListed;
  }

  model(model: Uint8Array): void {
    const mark = Buffer.from(model.subarray(ORT_MARK_AT, ORT_MARK_AT + ORT_MARK.length));
    if (mark.toString('latin1') === ORT_MARK || !this.#name.endsWith('.onnx')) {
      throw new MalformedMessageError();
    }
    for (const field of fieldsOf(model)) {
      if (field.number === MODEL.functions) {
        throw this.#refusal('it brings operators of its own. Export it with them inlined');
      }
      if (field.number === MODEL.graph) this.#graph(bytesOf(field), 0);
    }
    if (this.#nodes === 0) throw new MalformedMessageError();
  }

  #graph(graph: Uint8Array, depth: number): void {
    if (depth > MAX_DEPTH) throw this.#refusal('its choices lie too deep in one another');
    for (const field of fieldsOf(graph)) {
      if (field.number === GRAPH.node) this.#node(bytesOf(field), depth);
      else if (field.number === GRAPH.initializer) this.#tensor(bytesOf(field));
      else if (field.number === GRAPH.sparseInitializer) this.#sparse(bytesOf(field));
    }
  }

  #node(node: Uint8Array, depth: number): void {
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw this.#refusal(`it has more than ${MAX_NODES} nodes`);
    for (const field of fieldsOf(node)) {
      if (field.number === NODE.operator) this.#operator(textOf(field));
      else if (field.number === NODE.domain) this.#domain(textOf(field));
      else if (field.number === NODE.attribute) this.#attribute(bytesOf(field), depth);
    }
  }

  #operator(operator: string): void {
    if (LOOPS.test(operator)) {
      throw this.#refusal(`it repeats a part of itself ("${operator}"), which may never end`);
    }
    if (FOREIGN.test(operator))
      throw this.#refusal(`it would run what is no graph ("${operator}")`);
    if (RANDOM.test(operator)) {
      throw refusal(
        'pack-not-repeatable',
        this.#name,
        `it throws dice ("${operator}"), so that no portrait could be made again`,
      );
    }
  }

  #domain(domain: string): void {
    if (DOMAINS.has(domain)) return;
    throw this.#refusal(`it needs operators that this studio does not have ("${shown(domain)}")`);
  }

  #attribute(attribute: Uint8Array, depth: number): void {
    for (const field of fieldsOf(attribute)) {
      switch (field.number) {
        case ATTRIBUTE.graph:
        case ATTRIBUTE.graphs:
          this.#graph(bytesOf(field), depth + 1);
          break;
        case ATTRIBUTE.tensor:
        case ATTRIBUTE.tensors:
          this.#tensor(bytesOf(field));
          break;
        case ATTRIBUTE.sparse:
        case ATTRIBUTE.sparses:
          this.#sparse(bytesOf(field));
          break;
      }
    }
  }

  #sparse(sparse: Uint8Array): void {
    for (const field of fieldsOf(sparse)) {
      if (field.number === SPARSE.values || field.number === SPARSE.indices) {
        this.#tensor(bytesOf(field));
      }
    }
  }

  #tensor(tensor: Uint8Array): void {
    let elements = 1n;
    let isElsewhere = false;
    const locations: string[] = [];
    for (const field of fieldsOf(tensor)) {
      if (field.number === TENSOR.dims) elements = multiply(elements, numbersOf(field));
      else if (field.number === TENSOR.dataLocation) isElsewhere ||= numbersOf(field).at(-1) === 1n;
      else if (field.number === TENSOR.externalData) {
        isElsewhere = true;
        locations.push(...locationsOf(bytesOf(field)));
      }
    }
    if (elements < 0n || elements > MAX_ELEMENTS) {
      throw refusal(
        'pack-over-budget',
        this.#name,
        'it holds numbers that no machine has room for',
      );
    }
    if (isElsewhere) this.#elsewhere(locations);
  }

  /** Numbers in another file: one that the manifest lists, whose hash has been checked. */
  #elsewhere(locations: readonly string[]): void {
    if (locations.length === 0) throw new MalformedMessageError();
    for (const location of locations) {
      if (leavesFolder(location)) {
        throw refusal(
          'pack-path-escapes',
          this.#name,
          'it reads numbers from a place of its own choice',
        );
      }
      const file = path.posix.join(path.posix.dirname(this.#name), location);
      if (!this.#isListed(file)) {
        throw refusal(
          'pack-not-a-pack',
          this.#name,
          `it reads numbers from "${shown(file)}", which the manifest does not list`,
        );
      }
    }
  }

  #refusal(what: string): StudioError {
    return refusal('pack-file-invalid', this.#name, what);
  }
}

/** What an entry of `external_data` says of the file, if that is what it is about. */
function locationsOf(entry: Uint8Array): string[] {
  const fields = [...fieldsOf(entry)];
  const isLocation = fields.some(
    (field) => field.number === ENTRY.key && textOf(field) === 'location',
  );
  return isLocation ? fields.filter(({ number }) => number === ENTRY.value).map(textOf) : [];
}

/** Ends with a product that is too large, before it becomes a number of a million digits. */
function multiply(product: bigint, dims: readonly bigint[]): bigint {
  for (const dim of dims) {
    if (product < 0n || product > MAX_ELEMENTS) break;
    product = dim < 0n ? -1n : product * dim;
  }
  return product;
}

/** Names that others wrote, short enough for a sentence. */
function shown(name: string): string {
  return name.slice(0, 80);
}

function refusal(code: ErrorCode, graph: string, what: string): StudioError {
  return new StudioError(
    code,
    `The model's graph "${graph}" is not used: ${what}. Nothing was loaded.`,
    { details: { graph } },
  );
}
