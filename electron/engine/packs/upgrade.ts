/** Manifests of earlier formats in the form of the newest, so that nothing else has to know them. */
import { z } from 'zod';
import { PACK_FORMAT_VERSION } from '../../contract/pack.ts';

/** What format 1 had elsewhere or not at all; the rest is the same. */
const format1Schema = z.looseObject({
  formatVersion: z.literal(1),
  clip: z.looseObject({ embeddingDim: z.unknown().optional() }).default({}),
  flow: z.looseObject({}).default({}),
  generator: z
    .looseObject({ latentDim: z.unknown().optional(), firming: z.unknown().optional() })
    .default({}),
  directions: z.array(z.looseObject({ id: z.string() })),
  changes: z
    .looseObject({
      attributes: z.unknown().optional(),
      holds: z.array(z.object({ name: z.string(), ranges: z.unknown().optional() })),
    })
    .optional(),
});
type Format1 = z.infer<typeof format1Schema>;

/** What a phrase alone was told from before packs could say it. */
const NEUTRAL_PROMPT = 'a portrait';

const ID = /^[a-z0-9][a-z0-9-]*$/;
const BEGINNING = /^([a-z0-9]+)-/;

/** A manifest as the newest format has it; whatever is no manifest of an earlier one stays as it is. */
export function upgradeManifest(document: unknown): unknown {
  const { data } = format1Schema.safeParse(document);
  if (!data) return document;
  const { changes, ...rest } = data;
  const { embeddingDim, ...clip } = data.clip;
  const { latentDim, firming, ...generator } = data.generator;
  return {
    ...rest,
    formatVersion: PACK_FORMAT_VERSION,
    widths: { clip: embeddingDim, z: latentDim, w: latentDim },
    clip,
    generator: { ...generator, ...(firming !== undefined && { projection: firming }) },
    ...(changes && { attributes: modelOf(changes) }),
    parts: partsOf(data),
    prompts: { neutral: NEUTRAL_PROMPT },
  };
}

function modelOf({ attributes, holds: _, ...model }: NonNullable<Format1['changes']>): unknown {
  return { ...model, count: attributes };
}

/**
 * What could be locked: attributes by a name, and directions whose ids begin alike, with that for a name
 * (`sky-hue` and `sky-lightness` are `sky`).
 */
function partsOf({ changes, directions }: Format1): unknown[] {
  const holds = changes?.holds.filter(({ name }) => ID.test(name)) ?? [];
  const named = new Set(holds.map(({ name }) => name));
  const ids = Map.groupBy(
    directions.map(({ id }) => id).filter((id) => BEGINNING.test(id)),
    (id) => BEGINNING.exec(id)?.[1] ?? id,
  );
  return [
    ...holds.map(({ name, ranges }) => ({ id: name, title: titleOf(name), attributes: ranges })),
    ...[...ids]
      .filter(([name]) => !named.has(name))
      .map(([name, directions]) => ({ id: name, title: titleOf(name), directions })),
  ];
}

function titleOf(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
