import type { Layout } from './layout.ts';

/** What the thread is told. The first is to lay out or to take a layout; then it places. */
export type LayoutTask =
  | { readonly kind: 'lay-out'; readonly embeddings: readonly Float32Array[] }
  | { readonly kind: 'take'; readonly layout: Layout }
  | {
      readonly kind: 'place';
      readonly embeddings: readonly Float32Array[];
      readonly numbers: readonly number[];
    };

/** What it says of one task: how far it is, and then its result. */
export type LayoutNews =
  | { readonly kind: 'advanced'; readonly done: number }
  | { readonly kind: 'layout'; readonly layout: Layout }
  | { readonly kind: 'places'; readonly places: readonly Float32Array[] }
  | { readonly kind: 'failed'; readonly reason: string };
