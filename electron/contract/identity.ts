import { z } from 'zod';

/**
 * A portrait's id, a UUIDv7: unique, sorts by the moment of creation, and carries that moment. Capitals
 * mean the same (RFC 9562, section 4), and become the small letters that all ids are kept in.
 */
export const generationIdSchema = z.uuidv7().toLowerCase();

/** Of fewer letters, any number may be one. */
const SHORTEST_BEGINNING = 8;
const ANY_ID = '00000000-0000-7000-8000-000000000000';

/** How an id begins, in as many letters as tell it from others; also a whole one. */
export const idBeginningSchema = z
  .string()
  .min(SHORTEST_BEGINNING)
  .refine((text) => generationIdSchema.safeParse(text + ANY_ID.slice(text.length)).success)
  .toLowerCase();
