import { type FullyConnected, readFullyConnected, widthOf } from './fully-connected.ts';
import type { ModuleReader } from './module-reader.ts';

/** The mapping network of a StyleGAN, of any version. */
export interface Mapping {
  readonly zWidth: number;
  readonly wWidth: number;
  /** 0 without classes. */
  readonly classes: number;
  /** Of the class. */
  readonly embed: FullyConnected | undefined;
  readonly layers: readonly FullyConnected[];
}

const MAX_LAYERS = 64;

/** @throws StudioError `checkpoint-unsupported` or `checkpoint-invalid` for layers that do not fit together */
export function readMapping(
  module: ModuleReader,
  widths: Pick<Mapping, 'zWidth' | 'wWidth' | 'classes'>,
): Mapping {
  const { zWidth, wWidth, classes } = widths;
  const embed = classes > 0 ? readFullyConnected(module.child('embed'), classes) : undefined;
  const layers: FullyConnected[] = [];
  let width = zWidth + (embed ? widthOf(embed) : 0);
  const count = module.count('num_layers', 1, MAX_LAYERS);
  for (let i = 0; i < count; i++) {
    const layer = readFullyConnected(module.child(`fc${i}`), width);
    width = widthOf(layer);
    layers.push(layer);
  }
  module.require(width === wWidth, `its mapping network gives ${width} numbers`);
  module.require(
    !module.hasChild(`fc${count}`),
    'its mapping network has more layers than it says',
  );
  return { ...widths, embed, layers };
}
