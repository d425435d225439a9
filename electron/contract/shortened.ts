/** Most characters that a message repeats of what somebody gave, and that it has in all. */
const [MAX_QUOTED, MAX_MESSAGE] = [80, 2_000];

/**
 * A message that stays one, whatever was typed: long quotations lose their ends, and what is too long all the same
 * loses its middle, for its end says what to do next.
 *
 * @param mark what stands around quotations
 */
export function shortened(message: string, mark: '"' | "'" = '"'): string {
  const quotations = new RegExp(`${mark}([^${mark}]*)${mark}`, 'g');
  const quoted = message.replace(quotations, (_, text: string) => mark + beginning(text) + mark);
  if (quoted.length <= MAX_MESSAGE) return quoted;
  const end = quoted.slice(-MAX_MESSAGE / 4).toWellFormed();
  return `${quoted.slice(0, MAX_MESSAGE / 2).toWellFormed()} … ${end}`;
}

function beginning(text: string): string {
  return text.length <= MAX_QUOTED ? text : `${text.slice(0, MAX_QUOTED - 1).toWellFormed()}…`;
}
