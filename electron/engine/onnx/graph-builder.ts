import { type Constant, type Dim, type ElementType, floats, integers } from './tensor.ts';

/** What flows along an edge of the graph: the name of an input, of a constant or of what a node gives. */
export type Value = string;

/** One that is left out of a node's optional inputs. */
export const NONE: Value = '';

/** A whole number, a float32 (`{ float }`), text, or a list of whole numbers or of float32 (`{ floats }`). */
export type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Node {
  readonly operator: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

export interface GraphPort {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly Dim[];
}

/** A graph that is complete. Nodes stand in the order in which they can be computed. */
export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly constants: ReadonlyMap<Value, Constant>;
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
}

/** Puts a graph together, node by node, of operators of the domain `ai.onnx`. */
export class GraphBuilder implements Graph {
  readonly name: string;
  readonly nodes: Node[] = [];
  readonly constants = new Map<Value, Constant>();
  readonly inputs: GraphPort[] = [];
  readonly outputs: GraphPort[] = [];
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  input(name: string, type: ElementType, dims: readonly Dim[]): Value {
    this.inputs.push({ name, type, dims });
    return name;
  }

  /** Names `value` as an output of the graph; one that has another name is copied. */
  output(name: string, value: Value, type: ElementType, dims: readonly Dim[]): void {
    if (value !== name) {
      this.nodes.push({ operator: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    }
    this.outputs.push({ name, type, dims });
  }

  /** @param name by default one that no other constant has */
  constant(constant: Constant, name = this.#newName('constant')): Value {
    this.constants.set(name, constant);
    return name;
  }

  /** float32 numbers [count], or of shape `dims`. */
  floats(values: Float32Array | readonly number[], dims?: readonly number[]): Value {
    return this.constant(floats(values, dims));
  }

  /** A float32 number without dimensions. */
  scalar(value: number): Value {
    return this.floats([value], []);
  }

  /** int64 numbers [count], such as shapes and axes. */
  integers(...values: readonly number[]): Value {
    return this.constant(integers(values));
  }

  /**
   * Adds a node, and gives its only output.
   *
   * @param output its name, by default one that nothing else has
   */
  node(
    operator: string,
    inputs: readonly Value[],
    attributes: Attributes = {},
    output = this.#newName(operator.toLowerCase()),
  ): Value {
    this.nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  /** Adds a node with several outputs, such as `Split`. */
  nodeWithOutputs(
    operator: string,
    inputs: readonly Value[],
    count: number,
    attributes: Attributes = {},
  ): Value[] {
    const outputs = Array.from({ length: count }, () => this.#newName(operator.toLowerCase()));
    this.nodes.push({ operator, inputs, outputs, attributes });
    return outputs;
  }

  #newName(kind: string): string {
    this.#count += 1;
    return `${kind}_${this.#count}`;
  }
}
