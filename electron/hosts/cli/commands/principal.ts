import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

/** Lists the principal directions of the pack in use, counted from 1 as in the window, with the names the artist gave them. */
export async function listPrincipal(options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ service, signal, onProgress }) => {
    const found = await service.principalDirections({}, { signal, onEvent: onProgress });
    const principal = found.map(({ index, name }) => ({ number: index + 1, name }));
    const lines = principal.map(({ number, name }) => `${number}  ${name ?? ''}`.trimEnd());
    print(options.json, { principal }, lines);
  });
}

/** Gives one a name, or takes it away. */
export async function namePrincipal(
  number: number,
  name: string,
  options: GlobalOptions,
): Promise<void> {
  await withStudio(options, async ({ service }) => {
    await service.renamePrincipal({ index: number - 1, name });
    const given = name.trim();
    print(options.json, { number, name: given === '' ? null : given }, [`${number}  ${given}`]);
  });
}
