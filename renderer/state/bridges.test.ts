import './test-window.ts';
import { describe, expect, it } from 'vitest';
import type { Bridge, BridgeEvent, BridgeRequest } from '../../electron/contract/bridge.ts';
import { cancelled, StudioError } from '../../electron/contract/errors.ts';
import type { StreamOptions } from '../../electron/contract/method.ts';
import type { StudioService } from '../../electron/contract/service.ts';
import type { PackInfo, PackListing } from '../../electron/contract/status.ts';
import { bestOf, Bridges } from './bridges.svelte.ts';
import { ModelActions } from './model-actions.svelte.ts';
import { Toasts } from './toasts.svelte.ts';

const request: BridgeRequest = { clip: 'a-clip', generator: 'cats', pairs: 200, prompts: ['red'] };
const begun: Bridge = {
  ...{ id: 'b1', clip: 'a-clip', generator: 'cats', request, drawn: 120, learnt: 0, bytes: 9_600 },
};
const pack = { title: 'Cats by words', folder: '/packs/cats' } as PackInfo;
const frame = { width: 1, height: 1, pixels: new Uint8Array(3) };

/** A studio whose bridge is learnt when the test says so. */
function openBridges() {
  const asked: BridgeRequest[] = [];
  const dropped: string[] = [];
  const chosen: string[] = [];
  let unfinished: readonly Bridge[] = [];
  let tell = (_: BridgeEvent): void => {};
  let end = (_: PackInfo): void => {};
  let fail = (_: StudioError): void => {};
  const service = {
    bridges: () => Promise.resolve(unfinished),
    learnBridge: (wanted: BridgeRequest, { signal, onEvent }: StreamOptions<BridgeEvent>) => {
      asked.push(wanted);
      unfinished = [begun];
      tell = (event) => onEvent?.(event);
      return new Promise<PackInfo>((resolve, reject) => {
        end = (learnt) => {
          unfinished = [];
          resolve(learnt);
        };
        fail = reject;
        signal?.addEventListener('abort', () => reject(cancelled(signal.reason)));
      });
    },
    dropBridge: ({ id }: { id: string }) => {
      dropped.push(id);
      unfinished = [];
      return Promise.resolve({});
    },
    packs: () => Promise.resolve([{ handle: 'h', folder: pack.folder, pack } as PackListing]),
    components: () => Promise.resolve([]),
    keptPacks: () => Promise.resolve([]),
    choosePack: ({ handle }: { handle: string }) => {
      chosen.push(handle);
      return Promise.resolve(pack);
    },
  } as unknown as StudioService;
  return {
    ...{ service, asked, dropped, chosen, bridges: new Bridges(service) },
    tell: (event: BridgeEvent) => tell(event),
    end: () => end(pack),
    fail: (error: StudioError) => fail(error),
  };
}

const advance = (task: 'draw-pairs' | 'train-flow' | 'save', done: number): BridgeEvent => ({
  ...{ kind: 'advanced', task, done, total: 200, remainingMs: 5_000 },
});

describe('a bridge that is learnt', () => {
  it('tells its stages, its curve and how it draws by now', async () => {
    const { bridges, tell, end } = openBridges();
    const learning = bridges.learn(request);
    expect(bridges.run).toMatchObject({ stage: 'pairs', done: 0, total: 0 });
    tell(advance('draw-pairs', 120));
    expect(bridges.run).toMatchObject({ stage: 'pairs', done: 120, remainingMs: 5_000 });
    tell({ kind: 'started', task: 'train-flow', total: 1_000 });
    expect(bridges.run).toMatchObject({ stage: 'training', done: 0, total: 1_000 });
    tell({ kind: 'curve', points: [{ step: 1, loss: 3 }] });
    tell({ kind: 'curve', points: [{ step: 2, loss: 2, heldOut: 2.5 }] });
    expect(bridges.curve.map(({ step }) => step)).toEqual([1, 2]);
    tell({ kind: 'samples', step: 2, samples: [{ prompt: 'red', frame }] });
    expect(bridges.samples).toEqual([{ prompt: 'red', frame }]);
    tell(advance('save', 1));
    expect(bridges.run?.stage).toBe('pack');
    end();
    await expect(learning).resolves.toBe(pack);
    expect(bridges.run).toBeNull();
    expect(bridges.begun).toEqual([]);
  });

  it('is among those begun earlier once it was paused, and not while it is learnt', async () => {
    const { bridges } = openBridges();
    const learning = bridges.learn(request);
    await bridges.reload();
    expect(bridges.begun).toEqual([]);
    const pausing = bridges.pause();
    expect(bridges.isEnding).toBe(true);
    await pausing;
    await expect(learning).resolves.toBeNull();
    expect(bridges).toMatchObject({ begun: [begun], isEnding: false, error: null, run: null });
  });

  it('is made a pack of when the artist is pleased', async () => {
    const { bridges, asked, tell, end } = openBridges();
    const learning = bridges.learn(request);
    tell({ kind: 'curve', points: [{ step: 1, loss: 3 }] });
    const finishing = bridges.finish();
    await expect.poll(() => asked.length).toBe(2);
    expect(asked[1]).toEqual({ ...request, finish: true });
    expect(bridges.curve).toHaveLength(1);
    end();
    await expect(finishing).resolves.toBe(pack);
    await expect(learning).resolves.toBeNull();
  });

  it('is asked for again while the engine is still at what was paused', async () => {
    const { service, dropped } = openBridges();
    let tries = 0;
    const dropBridge: StudioService['dropBridge'] = (input) => {
      tries += 1;
      if (tries < 3) return Promise.reject(new StudioError('file-busy', 'Still at it.'));
      return service.dropBridge(input);
    };
    const bridges = new Bridges({ ...service, dropBridge });
    void bridges.learn(request);
    await bridges.discard();
    expect(tries).toBe(3);
    expect(dropped).toEqual(['b1']);
  });

  it('gets ready before it draws pairs, and makes the pack after training', async () => {
    const { bridges, tell, end } = openBridges();
    const learning = bridges.learn(request);
    tell({ kind: 'started', task: 'load-models', total: 3 });
    expect(bridges.run?.stage).toBe('pairs');
    tell({ kind: 'started', task: 'train-flow', total: 300 });
    tell({ kind: 'started', task: 'evaluate', total: 3 });
    expect(bridges.run?.stage).toBe('pack');
    end();
    await learning;
  });

  it('is forgotten when it is discarded', async () => {
    const { bridges, dropped } = openBridges();
    void bridges.learn(request);
    await bridges.discard();
    expect(dropped).toEqual(['b1']);
    expect(bridges.begun).toEqual([]);
  });

  it('is one at a time, and tells why it failed', async () => {
    const { bridges, asked, fail } = openBridges();
    const learning = bridges.learn(request);
    await expect(bridges.learn(request)).resolves.toBeNull();
    expect(asked).toHaveLength(1);
    fail(new StudioError('training-diverged', 'It went wrong.'));
    await learning;
    expect(bridges.error?.code).toBe('training-diverged');
    expect(bridges.begun).toEqual([begun]);
  });
});

it('the best point is the one that met pairs held out best', () => {
  const at = (step: number, heldOut?: number) => ({
    ...{ step, loss: 0 },
    ...(heldOut !== undefined && { heldOut }),
  });
  expect(bestOf([at(1), at(2)])).toBeNull();
  expect(bestOf([at(1, 3), at(2), at(3, 1), at(4, 2)])?.step).toBe(3);
});

it('a bridge that is learnt is told of, and its pack can be used at once', async () => {
  const { service, chosen, end } = openBridges();
  const toasts = new Toasts();
  const models = new ModelActions(service, toasts);
  models.form.open();
  const learning = models.learn(request);
  expect(models.form.isOpen).toBe(false);
  end();
  await learning;
  const toast = toasts.items.at(-1);
  expect(toast?.text).toContain(pack.title);
  toast?.action?.run();
  await expect.poll(() => chosen).toEqual(['h']);
});
