import { z } from 'zod';

/** A portrait's id, a UUIDv7: unique, sorts by the moment of creation, and carries that moment. */
export const generationIdSchema = z.uuidv7();
