import type { DrawOverrides } from '../../contract/draw.ts';
import type { DrawSettings } from '../../contract/settings.ts';
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
  const { truncation, temperature, gap } = overrides;
  return {
    truncation: truncation ?? parent.truncation ?? defaults.truncation,
    temperature: temperature ?? parent.temperature ?? defaults.temperature,
    gap: gap ?? parent.gap ?? clip.gap.default,
  };
}
