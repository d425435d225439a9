/** The names that occur in more than one of these. */
type Repeated<Parts extends readonly object[]> = Parts extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? (keyof First & keyof Merged<Rest>) | Repeated<Rest>
  : never;

/** All of these in one. */
type Merged<Parts extends readonly object[]> = Parts extends readonly [
  infer First,
  ...infer Rest extends readonly object[],
]
  ? First & Merged<Rest>
  : unknown;

/** Puts parts of a service together. The compiler refuses two of them that offer the same method. */
export function compose<const Parts extends readonly object[]>(
  parts: Parts &
    ([Repeated<Parts>] extends [never] ? unknown : { readonly twice: Repeated<Parts> }),
): Merged<Parts> {
  return Object.assign({}, ...parts) as Merged<Parts>;
}
