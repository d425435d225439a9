import type { DrawOverrides } from '../../contract/draw.ts';
import { StudioError } from '../../contract/errors.ts';
import { thingsIn } from '../../contract/prompt-markup.ts';
import { DEFAULT_VARIETY, type DrawSettings } from '../../contract/settings.ts';
import type { Models } from '../models/models.ts';

/** Settings of a draw without the seed. */
export type SamplingSettings = Omit<DrawSettings, 'seed'>;

/** The pack's defaults, what a parent was drawn with, and what was asked for; the later wins. */
export function samplingSettings(
  { pack }: Models,
  parent: Partial<SamplingSettings>,
  overrides: DrawOverrides,
): SamplingSettings {
  const { defaults, clip } = pack.manifest;
  const { truncation, temperature } = overrides;
  const gap = overrides.gap ?? parent.gap ?? clip.gap.default;
  const variety = overrides.variety ?? parent.variety ?? defaults.variety ?? DEFAULT_VARIETY;
  const markup = overrides.markup ?? parent.markup;
  const without = overrides.without ?? parent.without;
  const noiseSeed = noiseSeedFor(pack, parent, overrides);
  return {
    truncation: truncation ?? parent.truncation ?? defaults.truncation,
    temperature: temperature ?? parent.temperature ?? defaults.temperature,
    gap,
    ...(gap === 'neighbours' && { variety }),
    ...(noiseSeed !== undefined && { noiseSeed }),
    ...(markup === true && { markup }),
    ...(without !== undefined && thingsIn(without).length > 0 && { without }),
  };
}

/** @throws StudioError `pack-lacks-feature` where one is asked for of a generator that takes no noise */
function noiseSeedFor(
  { manifest: { id, generator } }: Models['pack'],
  parent: Partial<SamplingSettings>,
  { noiseSeed }: DrawOverrides,
): number | undefined {
  if (noiseSeed === null) return undefined;
  if (generator.noiseNumbers !== undefined) return noiseSeed ?? parent.noiseSeed;
  if (noiseSeed === undefined) return undefined;
  throw new StudioError(
    'pack-lacks-feature',
    `The generator of the pack "${id}" takes no other noise than its own. Nothing was drawn; leave the noise seed out.`,
  );
}
