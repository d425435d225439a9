/** Reads the parts of a module, and refuses what is not as it must be. */
import type { z } from 'zod';
import { StudioError } from '../../../contract/errors.ts';
import type { NetworkModule, StoredTensor } from '../network.ts';

export function childOf(parent: NetworkModule, name: string, place: string): NetworkModule {
  return parent.children.get(name) ?? refuse(`${joined(place, name)} is missing`);
}

/** @param place dotted name of the module, for the error */
export function parseAttributes<T>(module: NetworkModule, place: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(Object.fromEntries(module.attributes));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = [place, ...(issue?.path ?? [])].join('.');
  return refuse(`${name} is not known as it stands there (${issue?.message})`);
}

export function tensorOf(
  module: NetworkModule,
  name: string,
  place: string,
  shape: readonly number[],
): StoredTensor {
  const tensor = module.tensors.get(name) ?? refuse(`${joined(place, name)} is missing`);
  const [has, wants] = [tensor.shape.join(', '), shape.join(', ')];
  requireThat(has === wants, `${joined(place, name)} has the shape [${has}], not [${wants}]`);
  return tensor;
}

export function requireThat(condition: boolean, otherwise: string): void {
  if (!condition) refuse(otherwise);
}

function refuse(what: string): never {
  throw new StudioError(
    'checkpoint-unsupported',
    `This network differs from the StyleGAN3 that the studio knows: ${what}. Nothing was imported. ` +
      'Networks trained with the official code of NVIDIA work.',
  );
}

function joined(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}
