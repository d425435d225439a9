import { decodeHTML } from 'entities';
import { StudioError } from '../../contract/errors.ts';
import { MAX_PROMPT_LENGTH } from '../../contract/settings.ts';

/**
 * Text as CLIP reads it: HTML entities resolved (twice, as some are escaped twice), white space collapsed,
 * and no byte order mark or control character left between its letters.
 */
export function cleanPrompt(text: string): string {
  return decodeHTML(decodeHTML(text))
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(/[\p{Cc}\ufeff]/gu, '')
    .trim();
}

/** @throws StudioError `prompt-empty` or `prompt-too-long` */
export function checkPrompt(text: string): string {
  if (text.length > MAX_PROMPT_LENGTH) {
    throw new StudioError(
      'prompt-too-long',
      `The prompt has ${text.length} characters; ${MAX_PROMPT_LENGTH} is the most. Nothing was done; shorten it.`,
    );
  }
  const prompt = cleanPrompt(text);
  if (prompt === '') {
    throw new StudioError(
      'prompt-empty',
      'The prompt is empty. Describe the portrait in a few words.',
    );
  }
  return prompt;
}
