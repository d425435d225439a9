/** Of lists and objects in one another: checks of what is deeper would end the stack. */
const MAX_DEPTH = 32;

/**
 * JSON that others wrote, in UTF-8.
 *
 * @throws SyntaxError for what is none, or lies too deep in one another
 */
export function parseJson(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  if (isTooDeep(text)) throw new SyntaxError('its parts lie too deep in one another');
  return JSON.parse(text);
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const mark = text[i];
    if (mark === '"') inString = !inString;
    else if (mark === '\\' && inString) i += 1;
    else if (!inString && (mark === '[' || mark === '{')) depth += 1;
    else if (!inString && (mark === ']' || mark === '}')) depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}
