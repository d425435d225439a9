import { expect, it } from 'vitest';
import { float32Tensor, outputData } from './rows.ts';

it.each([NaN, Infinity, -Infinity])('lets no %s into the engine', (value) => {
  const output = float32Tensor(Float32Array.of(0, value, 1), [3]);
  expect(() => outputData('flow.onnx', 'w', output, 3)).toThrow(
    expect.objectContaining({ code: 'pack-not-finite' }),
  );
});

it('lets the largest and the smallest numbers in', () => {
  const numbers = Float32Array.of(3.4e38, -3.4e38, 1e-45, -0);
  expect(outputData('flow.onnx', 'w', float32Tensor(numbers, [4]), 4)).toBe(numbers);
});
