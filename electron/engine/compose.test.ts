import { expect, it } from 'vitest';
import { compose } from './compose.ts';

it('puts parts together', () => {
  const service = compose([{ a: () => 1 }, { b: () => 'two' }]);
  expect([service.a(), service.b()]).toEqual([1, 'two']);
});

it('is told by the compiler what two parts offer', () => {
  // @ts-expect-error Both offer `a`.
  expect(compose([{ a: 1 }, { b: 2 }, { a: 3 }])).toBeDefined();
});
