/** A line of a list of facts: what it is called, what it is, and the field's own words for it. */
export interface Fact {
  name: string;
  value: string;
  tip?: string;
}
