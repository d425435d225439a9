import { readFile } from 'node:fs/promises';
import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { cleanPrompt } from './prompt.ts';
import { Vocabulary } from './vocabulary.ts';

const tokenizerFileSchema = z.looseObject({
  model: z.looseObject({ vocab: z.record(z.string(), z.int()) }),
});

export interface Tokens {
  /** Start token, words, end token; at most the context length of them. */
  ids: number[];
  /** Whether words at the end were left out for want of room. */
  truncated: boolean;
}

/** A `tokenizer.json` in Hugging Face's form: BERT's WordPiece, CLIP's byte-pair encoding, and their like. */
export class Tokenizer {
  readonly #tokenizer: HfTokenizer;
  readonly #contextLength: number;
  readonly #vocabulary: Vocabulary;

  /** @throws StudioError `pack-file-invalid` when the document is no tokenizer */
  constructor(document: unknown, contextLength: number) {
    const parsed = tokenizerFileSchema.safeParse(document);
    if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
    try {
      this.#tokenizer = new HfTokenizer(parsed.data, {});
    } catch (error) {
      throw invalid(String(error), error);
    }
    this.#contextLength = contextLength;
    this.#vocabulary = new Vocabulary(parsed.data);
  }

  static async load(file: string, contextLength: number): Promise<Tokenizer> {
    const text = await readFile(file, 'utf8');
    try {
      return new Tokenizer(JSON.parse(text), contextLength);
    } catch (error) {
      throw error instanceof SyntaxError ? invalid(error.message, error) : error;
    }
  }

  /** Ids of a text as CLIP reads it (see `cleanPrompt`). Too long a text keeps its end token. */
  encode(text: string): Tokens {
    const { ids } = this.#tokenizer.encode(cleanPrompt(text));
    if (ids.length <= this.#contextLength) return { ids, truncated: false };
    return {
      ids: [...ids.slice(0, this.#contextLength - 1), ...ids.slice(-1)],
      truncated: true,
    };
  }

  /** Whether it has tokens for all of a word, in a script that it has words of. */
  knows(word: string): boolean {
    const text = cleanPrompt(word);
    return (
      this.#vocabulary.reads(text) &&
      this.#tokenizer.tokenize(text).every((token: string) => this.#vocabulary.isText(token))
    );
  }
}

function invalid(reason: string, cause?: unknown): StudioError {
  return new StudioError('pack-file-invalid', `The pack's tokenizer cannot be used: ${reason}`, {
    cause,
  });
}
