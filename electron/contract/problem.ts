import { z } from 'zod';

/**
 * The first thing that is wrong with data from outside, in words. One, for whoever sends a list of a
 * million wrong entries should not have a million problems written out.
 */
export function firstProblem({ issues: [first] }: z.ZodError): string {
  return first ? z.prettifyError({ issues: [first] }) : '';
}
