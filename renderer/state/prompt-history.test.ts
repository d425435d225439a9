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
  history.resume(['a chef', 'a sailor', 'a punk']);
  const walked = ['', 'a sailor', 'a chef'].map((current) => history.older(current));
  expect(walked).toEqual(['a sailor', 'a chef', 'a punk']);
});
