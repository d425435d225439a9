import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  graph,
  graphAttribute,
  mapping,
  model,
  modelFunction,
  node,
  tensor,
  tensorAttribute,
} from '../../../test/support/onnx.ts';
import { DEFAULT_PACK, SPIN_GRAPH, TINY_PACK } from '../../../test/support/packs.ts';
import { checkGraph } from './graph.ts';
import { readManifest, usedGraphs } from './manifest.ts';

const check = (bytes: Uint8Array, name = 'flow/decode.onnx') =>
  checkGraph(bytes, name, (file) => file === 'flow/weights.bin');

const identity = node('Identity', ['z'], ['w']);

const bytesField = (number: number) => Buffer.from([8 * number + 2, 1, 0]);

/** A text whose tag says 2³² more than it needs to, which Protocol Buffers' own readers do not see. */
function withLongTag(field: number, text: string): Buffer {
  const tag = [(8 * field + 2) | 0x80, 0x80, 0x80, 0x80, 0x10];
  return Buffer.concat([Buffer.from([...tag, text.length]), Buffer.from(text)]);
}

/** `If` in `If`, so many times. */
function nested(depth: number, innermost: Buffer): Buffer {
  let inner = graph({ nodes: [innermost] });
  for (let i = 0; i < depth; i++) {
    inner = graph({
      nodes: [node('If', ['c'], ['y'], { attributes: [graphAttribute('then_branch', inner)] })],
    });
  }
  return inner;
}

describe('a graph', () => {
  it.each([TINY_PACK, DEFAULT_PACK])('of %s is let through', async (folder) => {
    for (const name of usedGraphs(await readManifest(folder))) {
      expect(() => check(readFileSync(path.join(folder, name)), name)).not.toThrow();
    }
  });

  it.each<[string, Buffer]>([
    ['choices in one another', model(nested(3, identity))],
    [
      "ONNX's operators by their other name",
      mapping([node('Identity', ['z'], ['w'], { domain: 'ai.onnx' })]),
    ],
    [
      'numbers in a file that is listed',
      mapping([identity], [tensor('a', [1], { location: 'weights.bin' })]),
    ],
  ])('with %s is let through', (_, bytes) => {
    expect(() => check(bytes)).not.toThrow();
  });

  const loop = node('Loop', ['m', 'c'], ['y'], {
    attributes: [graphAttribute('body', graph({ nodes: [identity] }))],
  });
  const numbersFrom = (location: string) => mapping([identity], [tensor('a', [1], { location })]);

  it.each<[what: string, code: string, bytes: Uint8Array]>([
    ['text', 'pack-file-invalid', Buffer.from('not a graph')],
    ['nothing', 'pack-file-invalid', Buffer.alloc(0)],
    ['a length beyond the end', 'pack-file-invalid', Buffer.from([0x3a, 0xff, 0xff, 0xff, 0x0f])],
    ['a number without end', 'pack-file-invalid', Buffer.alloc(64, 0xff)],
    [
      'a field whose number others read without its upper bits',
      'pack-file-invalid',
      mapping([Buffer.concat([identity, withLongTag(4, 'RandomNormalLike')])]),
    ],
    [
      'a field of number 0',
      'pack-file-invalid',
      Buffer.concat([mapping([identity]), bytesField(0)]),
    ],
    ["ONNX Runtime's own format", 'pack-file-invalid', Buffer.from('\x10\0\0\0ORTM', 'latin1')],
    ['a loop', 'pack-file-invalid', readFileSync(SPIN_GRAPH)],
    ['a loop within choices', 'pack-file-invalid', model(nested(2, loop))],
    ['a scan', 'pack-file-invalid', mapping([node('Scan', ['z'], ['w'])])],
    ['choices a hundred deep', 'pack-file-invalid', model(nested(100, identity))],
    ['operators of its own', 'pack-file-invalid', model(nested(0, identity), [modelFunction('f')])],
    [
      "somebody's operators",
      'pack-file-invalid',
      mapping([node('Evil', ['z'], ['w'], { domain: 'evil.ops' })]),
    ],
    [
      'what is compiled for one processor',
      'pack-file-invalid',
      mapping([node('EPContext', ['z'], ['w'], { domain: 'com.microsoft' })]),
    ],
    ['dice', 'pack-not-repeatable', mapping([node('RandomNormalLike', ['z'], ['w'])])],
    [
      'dice within choices',
      'pack-not-repeatable',
      model(nested(2, node('Bernoulli', ['z'], ['w']))),
    ],
    ['numbers beside the pack', 'pack-path-escapes', numbersFrom('../../outside.bin')],
    ['numbers by a full path', 'pack-path-escapes', numbersFrom('/etc/passwd')],
    ['numbers on a share', 'pack-path-escapes', numbersFrom('\\\\server\\share')],
    ['numbers on a drive', 'pack-path-escapes', numbersFrom('C:numbers')],
    ['numbers at an address', 'pack-not-a-pack', numbersFrom('*/_ORT_MEM_ADDR_/*')],
    ['numbers in a file of nobody', 'pack-not-a-pack', numbersFrom('unlisted.bin')],
    [
      'such numbers in a constant',
      'pack-path-escapes',
      mapping([
        node('Constant', [], ['w'], {
          attributes: [tensorAttribute('value', tensor('a', [1], { location: '../../a' }))],
        }),
      ]),
    ],
    [
      'a tensor of 8 GB',
      'pack-over-budget',
      mapping([identity], [tensor('a', [1], { dims: [2n ** 31n, 2] })]),
    ],
    [
      'a tensor of less than nothing',
      'pack-over-budget',
      mapping([identity], [tensor('a', [1], { dims: [-1] })]),
    ],
  ])('with %s is refused: %s', (_, code, bytes) => {
    expect(() => check(bytes)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('flow/decode.onnx') }),
    );
  });
});
