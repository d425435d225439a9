import type { Script } from './script.ts';

/** Finds the children of a portrait without reading every edge. */
export function indexParents(connection: Script): void {
  connection.script('CREATE INDEX parents_by_parent ON parents (parent, child)');
}
