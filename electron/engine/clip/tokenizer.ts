import { Tokenizer as HfTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { readRegular } from '../storage/regular-file.ts';
import { cleanPrompt } from './prompt.ts';
import { MAX_TOKENIZER_BYTES, tokenizerDocumentSchema } from './tokenizer-document.ts';
import { Vocabulary } from './vocabulary.ts';

/** A file in which everything is wrong is told by its first problems. */
const PROBLEMS_TOLD = 5;

export interface Tokens {
  /** Start token, words, end token; at most the context length of them. */
  ids: number[];
  /** Whether words at the end were left out for want of room. */
  truncated: boolean;
}

/**
 * A `tokenizer.json` in Hugging Face's form: CLIP's byte-pair encoding, BERT's WordPiece, SentencePiece's
 * unigrams, and what is made of the same parts (tokenizer-document.ts).
 */
export class Tokenizer {
  readonly #tokenizer: HfTokenizer;
  readonly #contextLength: number;
  /** Made when words are first asked about: who only draws does not need it. */
  readonly #vocabulary: () => Vocabulary;

  /** @throws StudioError `pack-file-invalid` when the document is no tokenizer, or one of another kind */
  constructor(document: unknown, contextLength: number) {
    const parsed = tokenizerDocumentSchema.safeParse(document);
    if (!parsed.success) throw invalid(problemsOf(parsed.error));
    try {
      this.#tokenizer = new HfTokenizer(parsed.data, {});
    } catch (error) {
      throw invalid(String(error), error);
    }
    this.#contextLength = contextLength;
    let vocabulary: Vocabulary | undefined;
    this.#vocabulary = () => (vocabulary ??= new Vocabulary(parsed.data));
  }

  /** @throws StudioError `pack-file-invalid` */
  static async load(file: string, contextLength: number): Promise<Tokenizer> {
    try {
      const text = (await readRegular(file, MAX_TOKENIZER_BYTES)).toString('utf8');
      return new Tokenizer(JSON.parse(text), contextLength);
    } catch (error) {
      if (error instanceof StudioError) throw error;
      // The parser's own words quote the file.
      throw invalid(error instanceof SyntaxError ? 'it is not JSON.' : String(error), error);
    }
  }

  /**
   * Ids of a text as CLIP reads it (see `cleanPrompt`). Too long a text keeps its end token.
   *
   * @throws StudioError `pack-file-invalid` where the vocabulary lacks a token that the text needs
   */
  encode(text: string): Tokens {
    const { ids } = this.#tokenizer.encode(cleanPrompt(text));
    if (!ids.every(Number.isInteger)) throw invalid('it has no number for some of the words.');
    if (ids.length <= this.#contextLength) return { ids, truncated: false };
    return {
      ids: [...ids.slice(0, this.#contextLength - 1), ...ids.slice(-1)],
      truncated: true,
    };
  }

  /** Whether it has tokens for all of a word, in a script that it has words of. */
  knows(word: string): boolean {
    const text = cleanPrompt(word);
    const vocabulary = this.#vocabulary();
    return (
      vocabulary.reads(text) &&
      this.#tokenizer.tokenize(text).every((token: string) => vocabulary.isText(token))
    );
  }
}

function problemsOf({ issues }: z.ZodError): string {
  return z.prettifyError(new z.ZodError(issues.slice(0, PROBLEMS_TOLD)));
}

function invalid(reason: string, cause?: unknown): StudioError {
  return new StudioError('pack-file-invalid', `The model's tokenizer cannot be used: ${reason}`, {
    cause,
  });
}
