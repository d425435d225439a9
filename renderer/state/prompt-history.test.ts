import { expect, it } from 'vitest';
import { PromptHistory } from './prompt-history.ts';

it('walks back to the oldest prompt and forward to the draft', () => {
  const history = new PromptHistory();
  history.resume(['third', 'second', 'first']);
  expect(history.older('a draft')).toBe('third');
  expect(history.older('third')).toBe('second');
  expect(history.older('second')).toBe('first');
  expect(history.older('first')).toBeNull();
  expect(history.newer()).toBe('second');
  expect(history.newer()).toBe('third');
  expect(history.newer()).toBe('a draft');
  expect(history.newer()).toBeNull();
});

it('skips the prompt that already stands in the field', () => {
  const history = new PromptHistory();
  history.resume(['second', 'first']);
  expect(history.older('second')).toBe('first');
});

it('keeps each prompt once, at its last use, and starts anew after typing', () => {
  const history = new PromptHistory();
  history.add('first');
  history.add('second');
  history.add('first');
  expect(history.older('')).toBe('first');
  history.settle();
  expect(history.older('draft')).toBe('first');
  expect(history.older('first')).toBe('second');
  expect(history.older('second')).toBeNull();
});

it('keeps what was used before the prompts of before were read', () => {
  const history = new PromptHistory();
  history.add('a sailor');
  history.resume(['a chef', 'a punk']);
  expect(history.latest).toEqual(['a sailor', 'a chef', 'a punk']);
});

it('takes in what others drew meanwhile, and keeps what was only written here where it was', () => {
  const history = new PromptHistory();
  for (const prompt of ['a sailor', '{red|blue} sky', 'a chef', 'a {cat|dog}']) history.add(prompt);
  history.resume(['elsewhere', 'a chef', 'blue sky', 'red sky', 'a sailor', 'older']);
  const [others, mine] = [['blue sky', 'red sky'], '{red|blue} sky'];
  expect(history.latest).toEqual(
    ['elsewhere', 'a {cat|dog}', 'a chef', others, mine, 'a sailor', 'older'].flat(),
  );
  history.resume([]);
  expect(history.latest).toContain('a {cat|dog}');
});
