import type { Methods, Service } from '../contract/method.ts';

/** A service that is still being opened: calls wait for it, and reject as the opening did. */
export function deferService<M extends Methods>(
  methods: M,
  opening: Promise<Service<M>>,
): Service<M> {
  // Each call that waits tells of a failure; with none waiting there is nobody to tell.
  opening.catch(() => undefined);
  const functions = Object.keys(methods).map((name) => [
    name,
    async (...input: unknown[]) =>
      Reflect.apply(Reflect.get(await opening, name), undefined, input),
  ]);
  return Object.fromEntries(functions) as Service<M>;
}
