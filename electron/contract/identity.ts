import { z } from 'zod';

/**
 * A portrait's id, a UUIDv7: unique, sorts by the moment of creation, and carries that moment. Capitals
 * mean the same (RFC 9562, section 4), and become the small letters that all ids are kept in.
 */
export const generationIdSchema = z.uuidv7().toLowerCase();
