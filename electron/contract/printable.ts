/**
 * What no terminal or log may be sent as it is: control characters (C0, DEL, C1, so also escape sequences
 * and line ends), marks that turn the direction of text, and whatever else is not seen. Variation
 * selectors stay, without which emoji look otherwise.
 */
const UNPRINTABLE =
  /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\ufe00-\ufe0f]]/gv;

/**
 * Text that others wrote (prompts, file names, what packs and systems say) as one line that can be seen
 * for what it is: each character that is not seen itself is written as JSON writes it, such as `\u001b`.
 * JSON stays the same document.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
