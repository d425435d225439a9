import type { z } from 'zod';
import { StudioError } from '../../contract/errors.ts';
import { namedTensor, type NamedTensor } from './named-tensor.ts';
import type { NetworkModule } from './network.ts';

/** A module of a network, asked for what it must have: what is missing or of another kind is refused by name. */
export class ModuleReader {
  readonly path: string;
  readonly #module: NetworkModule;
  readonly #family: string;

  /** @param family what the network is taken for, such as StyleGAN2 */
  constructor(module: NetworkModule, family: string, path = '') {
    this.#module = module;
    this.#family = family;
    this.path = path;
  }

  /** The dotted name of something in this module. */
  nameOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  hasChild(name: string): boolean {
    return this.#module.children.has(name);
  }

  child(name: string): ModuleReader {
    const module = this.#module.children.get(name);
    if (!module) throw this.unsupported(`it has no "${this.nameOf(name)}"`);
    return new ModuleReader(module, this.#family, this.nameOf(name));
  }

  hasTensor(name: string): boolean {
    return this.#module.tensors.has(name);
  }

  /**
   * @param shape null where any size fits
   * @throws StudioError `checkpoint-invalid` for another shape
   */
  tensor(name: string, shape: readonly (number | null)[]): NamedTensor {
    const tensor = this.anyTensor(name);
    const fits =
      tensor.shape.length === shape.length &&
      shape.every((size, i) => size === null || size === tensor.shape[i]);
    if (fits) return tensor;
    const wanted = shape.map((size) => size ?? 'any').join(', ');
    throw damaged(`"${tensor.name}" is [${tensor.shape.join(', ')}] and should be [${wanted}]`);
  }

  anyTensor(name: string): NamedTensor {
    const tensor = this.#module.tensors.get(name);
    if (!tensor) throw this.unsupported(`it has no "${this.nameOf(name)}"`);
    return namedTensor(tensor, this.nameOf(name));
  }

  number(name: string): number {
    const value = this.#module.attributes.get(name);
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#unknown(name);
  }

  /** A whole number from `least` to `most`. */
  count(name: string, least: number, most: number): number {
    const value = this.number(name);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw this.#unknown(name);
  }

  /** A number, or undefined for None. */
  optionalNumber(name: string): number | undefined {
    return (this.#module.attributes.get(name) ?? null) === null ? undefined : this.number(name);
  }

  flag(name: string): boolean {
    const value = this.#module.attributes.get(name);
    if (typeof value === 'boolean') return value;
    throw this.#unknown(name);
  }

  oneOf<T extends string>(name: string, options: readonly T[]): T {
    const value = this.#module.attributes.get(name);
    const option = options.find((each) => each === value);
    if (option !== undefined) return option;
    throw this.#unknown(name);
  }

  /** All attributes that a schema asks for. */
  attributes<T>(schema: z.ZodType<T>): T {
    const parsed = schema.safeParse(Object.fromEntries(this.#module.attributes));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw this.unsupported(`its "${this.nameOf(issue?.path.join('.') ?? '')}": ${issue?.message}`);
  }

  /** @param otherwise what the network is if not, after "it" or "its" */
  require(condition: boolean, otherwise: string): void {
    if (!condition) throw this.unsupported(otherwise);
  }

  /** @param what the network is, after "it" or "its" */
  unsupported(what: string): StudioError {
    return new StudioError(
      'checkpoint-unsupported',
      `This is no ${this.#family} as the studio knows them: ${what}. Nothing was imported. ` +
        'Networks of stylegan2-ada-pytorch and stylegan3 can be imported as they were trained.',
    );
  }

  #unknown(name: string): StudioError {
    const value = this.#module.attributes.get(name);
    const found = value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
    return this.unsupported(`its "${this.nameOf(name)}" is ${found}`);
  }
}

/** For what is damaged in a checkpoint, in words after "is damaged:". */
export function damaged(what: string): StudioError {
  return new StudioError(
    'checkpoint-invalid',
    `This checkpoint is damaged: ${what}. Nothing was imported. Get the file once more.`,
  );
}
