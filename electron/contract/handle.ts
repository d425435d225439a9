import { z } from 'zod';

/** What a window calls a folder of models by: no folder can be made from it. */
export const handleSchema = z.string().regex(/^[0-9a-f]{32}$/);
