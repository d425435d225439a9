const JOINED_SCRIPTS = 'Arab Beng Deva Gujr Guru Khmr Knda Mlym Orya Sinh Syrc Taml Telu';
const JOINED = `[${JOINED_SCRIPTS.split(' ')
  .map((script) => `\\p{Script=${script}}`)
  .join('')}]`;
const IS_JOINER = String.raw`(?<=${JOINED})[\u200c\u200d](?=${JOINED})|(?<=[\p{ExtPict}\p{EMod}\ufe0f])\u200d(?=\p{ExtPict})`;
const UNSEEN = String.raw`[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\ufe00-\ufe0f]]`;
/**
 * What no terminal or log may be sent as it is: control characters (C0, DEL, C1, so also escape sequences
 * and line ends), marks that turn the direction of text, and whatever else is not seen. Variation
 * selectors stay, without which emoji look otherwise, and so do joiners where writing has them: between the
 * parts of an emoji, and between letters of the Arabic and Indic scripts.
 */
const UNPRINTABLE = new RegExp(`(?!${IS_JOINER})${UNSEEN}`, 'gv');

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
