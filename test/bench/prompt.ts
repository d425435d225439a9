/** The words of every portrait that is timed: README's line. */
export const PROMPT = 'a smiling woman with red hair and round glasses';
