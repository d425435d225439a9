/** Arrays that come from outside: of bounded length, and refused at the first entry that is wrong. */
import { z } from 'zod';

interface ListOptions<Entry> {
  /** Most entries. */
  readonly max: number;
  /** Fewest entries; 0 if left out. */
  readonly min?: number;
  /** What the entries must be together, and the words for where they are not. */
  readonly rule?: {
    readonly holds: (entries: readonly Entry[]) => boolean;
    readonly words: string;
  };
}

/**
 * An array whose length is looked at before its entries, and whose entries are looked at until one is
 * wrong. Zod's own array checks every entry whatever its length and raises a problem for each, so that
 * a few megabytes of wrong ones hold up the process for minutes.
 */
export function list<T extends z.ZodType>(
  element: T,
  { max, min = 0, rule }: ListOptions<z.output<T>>,
) {
  return z.codec(
    z.array(z.unknown()).min(min).max(max),
    // Here and not on the whole, since checks on a codec make it encode twice.
    z.custom<z.output<T>[]>((entries) => rule?.holds(entries as z.output<T>[]) ?? true, {
      error: rule?.words,
    }),
    {
      decode: (entries, context) => {
        const parsed: z.output<T>[] = [];
        for (const [index, entry] of entries.entries()) {
          const { data, error } = element.safeParse(entry);
          if (error) {
            context.issues.push(firstProblem(error, index, entry));
            return z.NEVER;
          }
          parsed.push(data);
        }
        return parsed;
      },
      encode: (entries) => entries.map((entry) => z.encode(element, entry)),
    },
  );
}

function firstProblem({ issues }: z.ZodError, index: number, input: unknown) {
  const [issue] = issues;
  const { message = 'is wrong', path = [] } = issue ?? {};
  // What a check wants known about its refusal goes along.
  const params = issue?.code === 'custom' ? issue.params : undefined;
  return { code: 'custom' as const, input, message, path: [index, ...path], params };
}
