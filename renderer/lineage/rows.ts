import type { Generation } from '../../electron/contract/generation.ts';
import type { Branch } from '../../electron/contract/lineage.ts';

/** One line of a tree as it is shown. */
export interface Row {
  readonly portrait: Generation;
  /** 0 for a root. */
  readonly depth: number;
  /** Among its siblings, from 1. */
  readonly position: number;
  readonly siblings: number;
  /** Parents beside the one that the line stands under. */
  readonly otherParents: readonly string[];
  readonly children: number;
  readonly isOpen: boolean;
}

/** The lines that are shown of trees, from top to bottom. */
export function rowsOf(
  branches: readonly Branch[],
  isOpen: (id: string) => boolean,
  depth = 0,
  under: string | null = null,
): Row[] {
  return branches.flatMap(({ portrait, children }, index) => {
    const open = children.length > 0 && isOpen(portrait.id);
    const row = {
      ...{ portrait, depth, position: index + 1, siblings: branches.length },
      otherParents: portrait.parents.filter((id) => id !== under),
      ...{ children: children.length, isOpen: open },
    };
    return open ? [row, ...rowsOf(children, isOpen, depth + 1, portrait.id)] : [row];
  });
}

/** The ids from a root down to a portrait, both included; empty where it is not in the trees. */
export function lineTo(branches: readonly Branch[], id: string): string[] {
  for (const { portrait, children } of branches) {
    if (portrait.id === id) return [id];
    const below = lineTo(children, id);
    if (below.length > 0) return [portrait.id, ...below];
  }
  return [];
}

export type Move = { readonly to: string } | { readonly open: string } | { readonly close: string };

/** What a key does in a tree (WAI-ARIA Authoring Practices, tree view); null where it does nothing. */
export function moveAfterKey(key: string, rows: readonly Row[], cursor: string): Move | null {
  const at = rows.findIndex(({ portrait }) => portrait.id === cursor);
  const row = rows[at];
  if (!row) return null;
  const to = (index: number): Move | null => {
    const id = rows[index]?.portrait.id;
    return id === undefined ? null : { to: id };
  };
  switch (key) {
    case 'ArrowDown':
      return to(at + 1);
    case 'ArrowUp':
      return to(at - 1);
    case 'Home':
      return to(0);
    case 'End':
      return to(rows.length - 1);
    case 'ArrowRight':
      if (row.children === 0) return null;
      return row.isOpen ? to(at + 1) : { open: cursor };
    case 'ArrowLeft':
      if (row.isOpen) return { close: cursor };
      return to(rows.findLastIndex(({ depth }, index) => index < at && depth < row.depth));
    default:
      return null;
  }
}
