import { print } from '../output.ts';
import { type GlobalOptions, withStudio } from '../session.ts';

/** Lists the principal directions of the pack in use, with the names the artist gave them. */
export async function listPrincipal(options: GlobalOptions): Promise<void> {
  await withStudio(options, async ({ service, signal, onProgress }) => {
    const principal = await service.principalDirections({}, { signal, onEvent: onProgress });
    const lines = principal.map(({ index, name }) => `${index}  ${name ?? ''}`.trimEnd());
    print(options.json, { principal }, lines);
  });
}

/** Gives one a name, or takes it away. */
export async function namePrincipal(
  index: number,
  name: string,
  options: GlobalOptions,
): Promise<void> {
  await withStudio(options, async ({ service }) => {
    await service.renamePrincipal({ index, name });
    const given = name.trim();
    print(options.json, { index, name: given === '' ? null : given }, [`${index}  ${given}`]);
  });
}
