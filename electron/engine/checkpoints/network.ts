/**
 * A network as a checkpoint of PyTorch holds it: modules in one another with their plain attributes and their
 * tensors. What a module computes is told by its class and attributes; none of its code is run.
 */

/** A tensor in the file. Nothing but its place is in memory before it is read. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /**
   * Its numbers in row-major order, converted to float32 from whatever the file holds.
   *
   * @throws StudioError `checkpoint-invalid` when the file is cut off or was changed meanwhile
   */
  read(): Promise<Float32Array>;
}

/** What a pickle can say without running code. */
export type PlainValue =
  null | boolean | number | string | readonly PlainValue[] | { readonly [key: string]: PlainValue };

export interface NetworkModule {
  /** Name of its class, such as `SynthesisLayer`. */
  readonly className: string;
  /** SHA-256 of the source text that the checkpoint carries for it, if it does. */
  readonly sourceHash: string | undefined;
  /** Attributes that are plain values, arguments of the constructor (`init_kwargs`) among them. */
  readonly attributes: ReadonlyMap<string, PlainValue>;
  /** Parameters and buffers by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly children: ReadonlyMap<string, NetworkModule>;
}

/** A checkpoint that is open for reading. */
export interface Checkpoint {
  /** Networks by name, such as `G`, `D`, `G_ema`. */
  readonly networks: ReadonlyMap<string, NetworkModule>;
  close(): Promise<void>;
}
