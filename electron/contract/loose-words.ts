/** Words that are put together anew. */

/** With single blanks between words. */
export function collapse(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** Without the commas that something has left that was taken out. */
export function tidy(text: string): string {
  return collapse(text)
    .replace(/\s+([,;.])/gu, '$1')
    .replace(/([,;])(?:\s*[,;])+/gu, '$1')
    .replace(/^[\s,;]+|[\s,;]+$/gu, '');
}
