import { expect, it } from 'vitest';
import { DEFAULT_DISENTANGLE } from '../../electron/contract/edit.ts';
import { parsePhrase } from './phrase.ts';

it.each([
  [' red hair ', { to: 'red hair' }],
  ['sad → laughing', { from: 'sad', to: 'laughing' }],
  ['sad->laughing', { from: 'sad', to: 'laughing' }],
  ['neutral face => a big smile', { from: 'neutral face', to: 'a big smile' }],
  ['→ laughing', { to: 'laughing' }],
])('reads "%s"', (text, phrase) => {
  expect(parsePhrase(text)).toEqual({ kind: 'text', disentangle: DEFAULT_DISENTANGLE, ...phrase });
});

it.each(['', '  ', 'sad →', 'a → b → c'])('does not take "%s" for a slider', (text) => {
  expect(parsePhrase(text)).toBeNull();
});
