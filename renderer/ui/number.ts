/** A number with a fixed count of digits, and never a minus before nothing but zeros. */
export function fixed(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=[0.]*$)/, '');
}

/** The same with its sign, which a zero has not. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return value > 0 && !/^[0.]*$/.test(text) ? `+${text}` : text.replace('-', '−');
}
