/** A number with a fixed count of digits, and never a minus before nothing but zeros. */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=[0.]*$)/, '');
}
