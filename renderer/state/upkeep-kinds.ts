/** What can be done for a whole library, as it is offered. */
export const UPKEEP_KINDS = ['verify', 'backup', 'merge', 'rebuild', 'move'] as const;
export type UpkeepKind = (typeof UPKEEP_KINDS)[number];
