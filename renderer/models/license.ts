/** Whether a licence says of itself that it allows no commercial use. */
export const isNonCommercial = (license: string): boolean =>
  /non-?commercial|\bnc\b|-nc-/i.test(license);
