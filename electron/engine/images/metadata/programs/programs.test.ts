import { describe, expect, it } from 'vitest';
import { startCpuTime } from '../../../../../test/support/cpu-time.ts';
import { makingIn } from './programs.ts';

const told = (texts: Record<string, unknown>) =>
  makingIn(
    Object.entries(texts).map(([keyword, text]) => ({
      keyword,
      text: typeof text === 'string' ? text : JSON.stringify(text),
    })),
  );

describe('the parameters of A1111', () => {
  it.each([
    [
      'a lighthouse at dusk, (oil painting:1.2)\nsecond line\nNegative prompt: blurry,\nlow quality\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1234567890, Size: 512x512',
      {
        prompt: 'a lighthouse at dusk, (oil painting:1.2)\nsecond line',
        negativePrompt: 'blurry,\nlow quality',
        seed: '1234567890',
      },
    ],
    [
      'a cat\r\nSteps: 4, Lora hashes: "a: 1, Seed: 9", Seed: 7, Version: v1.9\r\nTemplate: a cat',
      { prompt: 'a cat', negativePrompt: '', seed: '7' },
    ],
    ['Steps: 20, Seed: -1', null],
    ['Negative prompt: rain\nSteps: 1, Seed: 5', { prompt: '', negativePrompt: 'rain', seed: '5' }],
    ['Steps: count them\na photo of my dog', null],
    ['', null],
  ])('%j', (parameters, expected) => {
    expect(told({ parameters })).toEqual(expected && { program: 'automatic1111', ...expected });
  });
});

describe('the metadata of InvokeAI', () => {
  it('has prompts and seed', () => {
    const invokeai_metadata = {
      positive_prompt: 'a fox',
      negative_prompt: 'snow',
      seed: 42,
      steps: 30,
    };
    const expected = { program: 'invokeai', prompt: 'a fox', negativePrompt: 'snow', seed: '42' };
    expect(told({ invokeai_metadata })).toEqual(expected);
  });

  it('had them elsewhere before version 3', () => {
    const image = { prompt: [{ prompt: 'a fox [snow] [ice] running', weight: 1 }], seed: 42 };
    expect(told({ 'sd-metadata': { image } })).toEqual({
      ...{ program: 'invokeai', prompt: 'a fox running', negativePrompt: 'snow, ice', seed: '42' },
    });
  });
});

const text = (words: unknown) => ({ class_type: 'CLIPTextEncode', inputs: { text: words } });
const sampler = (inputs: object) => ({ class_type: 'KSampler', inputs });

describe('the graph of ComfyUI', () => {
  it('is followed from the sampler to the words, and to a seed of 64 bits', () => {
    const graph = JSON.stringify({
      '3': sampler({ seed: 'SEED', positive: ['10', 0], negative: ['10', 1] }),
      '6': text(['8', 0]),
      '7': text('watermark, text: 1234567890123456789,'),
      '8': { class_type: 'PrimitiveString', inputs: { value: 'an owl' } },
      // Both go through it, and come out in their order.
      '10': {
        class_type: 'ControlNetApplyAdvanced',
        inputs: { positive: ['6', 0], negative: ['7', 0] },
      },
    });
    expect(told({ prompt: graph.replace('"SEED"', '18446744073709551615') })).toEqual({
      program: 'comfyui',
      prompt: 'an owl',
      negativePrompt: 'watermark, text: 1234567890123456789,',
      // With that text in it, digits cannot be told from words, and a double has fewer of them.
      seed: null,
    });
    const plain = graph
      .replace(', text: 1234567890123456789,', '')
      .replace('"SEED"', '18446744073709551615');
    expect(told({ prompt: plain })?.seed).toBe('18446744073709551615');
  });

  it('may have a guider and noise of its own, and what JSON does not know', () => {
    const graph = {
      '1': { class_type: 'SamplerCustomAdvanced', inputs: { noise: ['2', 0], guider: ['3', 0] } },
      '2': { class_type: 'RandomNoise', inputs: { noise_seed: 5 }, is_changed: ['NAN'] },
      '3': { class_type: 'BasicGuider', inputs: { conditioning: ['4', 0] } },
      '4': { class_type: 'FluxGuidance', inputs: { conditioning: ['5', 0], guidance: 3.5 } },
      '5': { class_type: 'CLIPTextEncodeFlux', inputs: { clip_l: 'a heron', t5xxl: 'a heron' } },
    };
    const python = JSON.stringify(graph).replace('"NAN"', 'NaN');
    const expected = { program: 'comfyui', prompt: 'a heron', negativePrompt: '', seed: '5' };
    expect(told({ prompt: python })).toEqual(expected);
  });

  it('is taken from the desk where that is all there is', () => {
    const workflow = {
      nodes: [
        {
          ...{ id: 3, type: 'KSampler', widgets_values: [77, 'fixed', 20] },
          inputs: [
            { name: 'model', link: null },
            { name: 'positive', link: 11 },
            { name: 'negative', link: 12 },
          ],
        },
        { id: 6, type: 'CLIPTextEncode', inputs: [], widgets_values: ['a barn'] },
        { id: 7, type: 'CLIPTextEncode', widgets_values: ['fog'] },
      ],
      links: [
        [11, 6, 0, 3, 1, 'CONDITIONING'],
        [12, 7, 0, 3, 2, 'CONDITIONING'],
      ],
    };
    const expected = { program: 'comfyui', prompt: 'a barn', negativePrompt: 'fog', seed: '77' };
    expect(told({ workflow })).toEqual(expected);
  });

  it.each([
    [
      'a circle',
      {
        '1': sampler({ seed: 1, positive: ['2', 0] }),
        '2': { class_type: 'X', inputs: { text: ['2', 0] } },
      },
      '',
    ],
    ['a link to nothing', { '1': sampler({ seed: 1, positive: ['9', 0], negative: null }) }, ''],
    [
      'nodes that are none',
      { '1': sampler({ seed: 1, positive: ['2', 0] }), '2': 7, '3': null },
      '',
    ],
  ])('may hold %s', (_, prompt, words) => {
    expect(told({ prompt })).toMatchObject({ prompt: words, seed: '1' });
  });

  it.each(['', '{', '[]', 'null', '{"1":{}}', '{"nodes":1}'])('is not %j', (graph) => {
    expect(told({ prompt: graph, workflow: graph })).toBeNull();
  });
});

describe('words that are made to take long', () => {
  it.each([
    ['parameters', `a\nSteps: 1, ${'a: "'.repeat(250_000)}`],
    ['parameters', `a\nSteps: 1, ${'a'.repeat(1_000_000)}`],
    ['prompt', `{"a":${'['.repeat(500_000)}`],
    [
      'prompt',
      `{${'"1":{"class_type":"K","inputs":{"seed":1,"positive":["1",0]}},'.repeat(15_000)}"x":1}`,
    ],
    ['sd-metadata', `{"image":{"seed":1,"prompt":"${'['.repeat(900_000)}"}}`],
  ])('%s are read in no time', (keyword, hostile) => {
    const cpuTime = startCpuTime();
    told({ [keyword]: hostile });
    expect(cpuTime()).toBeLessThan(1_500);
  });
});
