import { expect, it } from 'vitest';
import { surprise } from './surprise.ts';

const last = () => 0.999;
const prompts = { neutral: 'a picture', examples: ['one', 'two'] };

it('fills in what the pack leaves to chance', () => {
  const pattern = 'a {red|blue} {house} by {the sea|a wood}';
  expect(surprise({ ...prompts, surprise: pattern }, () => 0)).toBe('a red house by the sea');
  expect(surprise({ ...prompts, surprise: pattern }, last)).toBe('a blue house by a wood');
});

it('takes an example of a pack without such words, and nothing where there is none', () => {
  expect(surprise(prompts, last)).toBe('two');
  expect(surprise({ ...prompts, examples: [] })).toBeNull();
});
