import { z } from 'zod';

/** Texts that are read once: most rows have the settings and the source of others. */
const TEXTS_KNOWN = 1_000;

/** A column that holds JSON of this schema. */
export function jsonSchema<T>(schema: z.ZodType<T>) {
  const known = new Map<string, T>();
  return z.string().transform((text, context): T => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const parsed = schema.safeParse(parseJson(text));
    if (!parsed.success) {
      context.issues.push({ code: 'custom', input: text, message: faultOf(parsed.error) });
      return z.NEVER;
    }
    if (known.size === TEXTS_KNOWN) known.clear();
    known.set(text, parsed.data);
    return parsed.data;
  });
}

/** Undefined, which no schema takes, for a text that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first thing that is wrong, with where it is. */
export function faultOf({ issues: [issue] }: z.ZodError): string {
  const { path = [], message = 'cannot be read' } = issue ?? {};
  return [...(path.length > 0 ? [path.join('.')] : []), message].join(': ');
}
