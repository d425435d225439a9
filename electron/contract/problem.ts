import { z } from 'zod';

/**
 * The first thing that is wrong with data from outside, in words. One, for whoever sends a list of a
 * million wrong entries should not have a million problems written out.
 */
export function firstProblem({ issues: [first] }: z.ZodError): string {
  return first ? z.prettifyError({ issues: [first] }) : '';
}

/** The same for artists: what it is about by the last of its names, as command lines write it. */
export function firstProblemInWords({ issues: [first] }: z.ZodError): string {
  const name = first?.path.findLast((part) => typeof part === 'string');
  return `${name === undefined ? '' : `${dashed(name)}: `}${first?.message ?? ''}.`;
}

/** `noise-seed`, as command lines write what is called `noiseSeed` elsewhere. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** For `safeParse` as its `error`: what is wrong with a value, where its schema does not say so itself. */
export function inWords(issue: z.core.$ZodRawIssue): string | undefined {
  const isText = 'origin' in issue && issue.origin === 'string';
  if (issue.code === 'too_small') {
    if (isText) return 'It must not be empty';
    return `It must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    if (isText) return `It must have at most ${issue.maximum} characters`;
    return `It must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
  }
  if (issue.code === 'invalid_value') return `It must be one of ${issue.values.join(', ')}`;
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'It must be a whole number';
  if (issue.code === 'invalid_format') return 'It is not written as such a thing is';
  return undefined;
}
