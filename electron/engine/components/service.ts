import type { StudioService } from '../../contract/service.ts';
import type { PackInUse } from '../loading/pack-in-use.ts';
import type { Uploads } from '../storage/uploads.ts';
import type { Components } from './components.ts';

type ComponentMethods =
  | 'components'
  | 'importModel'
  | 'hubModel'
  | 'importFromHub'
  | 'removeComponent'
  | 'chooseClass'
  | 'removePack';

/** Loaded when first needed, and with it all that a command which draws has no use for. */
const fromHub = () => import('./from-hub.ts');

/** Models that are brought in and removed. */
export function componentService(
  components: Components,
  packs: PackInUse,
  uploads: Uploads,
): Pick<StudioService, ComponentMethods> {
  return {
    components: () => components.list(),
    importModel: ({ id, ...wishes }, { signal, onEvent } = {}) =>
      uploads.use(id, (source) =>
        components.import(source, { ...wishes, signal, onProgress: onEvent }),
      ),
    hubModel: async (request, { signal } = {}) => (await fromHub()).hubModel(request, signal),
    importFromHub: async (request, { signal, onEvent } = {}) =>
      (await fromHub()).importFromHub(components, request, { signal, onProgress: onEvent }),
    removeComponent: async ({ handle }) => {
      await components.remove(await components.locate(handle));
      return {};
    },
    chooseClass: async ({ handle, class: index }) =>
      components.chooseClass(await components.locate(handle), index),
    removePack: async ({ handle }) => {
      await packs.remove(await packs.locate(handle));
      return {};
    },
  };
}
