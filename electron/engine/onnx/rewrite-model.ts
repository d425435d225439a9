/**
 * Puts nodes before and behind a model that somebody else exported, so that it has other inputs and outputs.
 * All its own names get a prefix, so that none is that of a new one (field numbers:
 * https://github.com/onnx/onnx/blob/v1.19.0/onnx/onnx.proto).
 */
import { GraphBuilder, type Value } from './graph-builder.ts';
import { bytesOf, type Field, fieldsOf, MalformedMessageError } from './protobuf-reader.ts';
import { bytesField, copyOf, message, numberField, type Part } from './protobuf-writer.ts';
import { inline, nodeMessage, portMessage } from './write-graph.ts';

const MODEL = { graph: 7 };
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12, info: 13 };
const NODE = { input: 1, output: 2, name: 3, attribute: 5 };
const ATTRIBUTE = { name: 1, graph: 6, graphs: 11, type: 20 };
const ATTRIBUTE_TYPE = { graph: 5, graphs: 10 };
const NAME_OF = { initializer: 8, port: 1 };

/** In front of every name of the model's own. No name that `GraphBuilder` makes has a slash. */
const PREFIX = 'model/';

/** Outputs of the model that is wrapped, by its own names for them. */
export type ModelCall = (output: string) => Value;

/**
 * A graph around a model. Nodes that are added before `call` prepare its inputs, those added afterwards work on
 * its outputs.
 */
export class WrappingGraph extends GraphBuilder {
  #feeds: readonly (readonly [input: string, value: Value])[] = [];
  #nodesBefore = 0;

  /** @param feeds a value for each input of the model, by its own name for it */
  call(feeds: Readonly<Record<string, Value>>): ModelCall {
    this.#feeds = Object.entries(feeds);
    this.#nodesBefore = this.nodes.length;
    return (output) => PREFIX + output;
  }

  /**
   * The model with these nodes around it. Numbers that it has in files beside it stay there.
   *
   * @param model the bytes of an ONNX file
   * @throws MalformedMessageError for what is none
   */
  async wrap(model: Uint8Array): Promise<Uint8Array> {
    const constants: Part[] = [];
    for (const [name, constant] of this.constants) {
      constants.push(bytesField(GRAPH.initializer, await inline(name, constant)));
    }
    const around = { constants, ...this.#nodesAround() };
    const fields = [...fieldsOf(model)];
    if (!fields.some(({ number }) => number === MODEL.graph)) throw new MalformedMessageError();
    return message(
      ...fields.map((field) =>
        field.number === MODEL.graph
          ? bytesField(MODEL.graph, this.#wrapGraph(bytesOf(field), around))
          : copyOf(field),
      ),
    );
  }

  #nodesAround(): { before: Part[]; behind: Part[] } {
    const written = this.nodes.map((node) => bytesField(GRAPH.node, nodeMessage(node)));
    const bound = this.#feeds.map(([input, value]) =>
      bytesField(
        GRAPH.node,
        nodeMessage({
          ...{ operator: 'Identity', inputs: [value], outputs: [PREFIX + input] },
          attributes: {},
        }),
      ),
    );
    return {
      before: [...written.slice(0, this.#nodesBefore), ...bound],
      behind: written.slice(this.#nodesBefore),
    };
  }

  #wrapGraph(
    graph: Uint8Array,
    { before, behind, constants }: { before: Part[]; behind: Part[]; constants: Part[] },
  ): Part {
    const inner = [...fieldsOf(graph)];
    const isPort = ({ number }: Field) => number === GRAPH.input || number === GRAPH.output;
    const own = inner.filter((field) => !isPort(field) && field.number !== GRAPH.node);
    const nodes = inner.filter(({ number }) => number === GRAPH.node);
    return message(
      ...[...before, ...nodes.map(renamedField), ...behind],
      ...[...own.map(renamedField), ...constants],
      ...this.inputs.map((port) => bytesField(GRAPH.input, portMessage(port))),
      ...this.outputs.map((port) => bytesField(GRAPH.output, portMessage(port))),
    );
  }
}

/** A field of a graph with every name in it that stands for a value under its prefix. */
function renamedField(field: Field): Part {
  switch (field.number) {
    case GRAPH.node:
      return bytesField(field.number, renamedNode(bytesOf(field)));
    case GRAPH.initializer:
      return bytesField(field.number, renamed(bytesOf(field), NAME_OF.initializer));
    case GRAPH.input:
    case GRAPH.output:
    case GRAPH.info:
      return bytesField(field.number, renamed(bytesOf(field), NAME_OF.port));
    default:
      return copyOf(field);
  }
}

/** A message under another name. Of a field that stands twice, the last counts (Protocol Buffers, "Encoding"). */
function renamed(content: Uint8Array, name: number): Part {
  const field = [...fieldsOf(content)].findLast(({ number }) => number === name);
  return field ? message(content, bytesField(name, prefixed(bytesOf(field)))) : content;
}

/** Inputs that are left out have no name, and go on to have none. */
function prefixed(name: Uint8Array): string {
  const text = Buffer.from(name).toString('utf8');
  return text === '' ? '' : PREFIX + text;
}

function renamedNode(node: Uint8Array): Part {
  return message(
    ...[...fieldsOf(node)].map((field) => {
      switch (field.number) {
        case NODE.input:
        case NODE.output:
        case NODE.name:
          return bytesField(field.number, prefixed(bytesOf(field)));
        case NODE.attribute:
          return bytesField(field.number, renamedAttribute(bytesOf(field)));
        default:
          return copyOf(field);
      }
    }),
  );
}

/** Graphs within a node see the values around them by name. All other attributes stay as they are. */
function renamedAttribute(attribute: Uint8Array): Part {
  const fields = [...fieldsOf(attribute)];
  const graphs = fields.filter(
    ({ number }) => number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs,
  );
  if (graphs.length === 0) return attribute;
  const name = fields.find(({ number }) => number === ATTRIBUTE.name);
  const isOne = graphs.every(({ number }) => number === ATTRIBUTE.graph);
  return message(
    ...(name ? [copyOf(name)] : []),
    ...graphs.map((field) =>
      bytesField(field.number, message(...[...fieldsOf(bytesOf(field))].map(renamedField))),
    ),
    numberField(ATTRIBUTE.type, isOne ? ATTRIBUTE_TYPE.graph : ATTRIBUTE_TYPE.graphs),
  );
}
