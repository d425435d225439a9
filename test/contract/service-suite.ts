import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GenerateEvent } from '../../electron/contract/draw.ts';
import { StudioError } from '../../electron/contract/errors.ts';
import { studioMethods, type StudioService } from '../../electron/contract/service.ts';
import { createClient, type Port } from '../../electron/rpc/client.ts';
import { portraitId, stubPortrait, stubStudio } from './stub-studio.ts';

/** The client's end of a connection to a host that serves a given studio. */
export interface Connection {
  port: Port;
  /** Takes the host down. */
  close(): Promise<void> | void;
}

export type Connect = (studio: StudioService) => Promise<Connection>;

const request = {
  origin: { kind: 'prompt' as const, prompt: 'words' },
  count: 2,
  settings: {},
};

function nested(depth: number): unknown {
  return depth === 0 ? null : [nested(depth - 1)];
}

/** Something a test waits for. */
function moment(): { came: Promise<void>; come: () => void } {
  let come: () => void = () => undefined;
  const came = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { came, come };
}

/** What every transport must do. Each host runs this suite over its own way of connecting. */
export function describeService(transport: string, connect: Connect): void {
  const connections: Connection[] = [];
  const open = async (methods: Partial<StudioService>) => {
    const connection = await connect(stubStudio(methods));
    connections.push(connection);
    return { ...connection, client: createClient(studioMethods, connection.port) };
  };

  afterEach(async () => {
    for (const connection of connections.splice(0)) await connection.close();
  });

  describe(`the studio's service over ${transport}`, () => {
    it('carries a call and its answer', async () => {
      const get = vi.fn(async ({ id }: { id: string }) => ({ ...stubPortrait(3), id }));
      const { client } = await open({ get });
      await expect(client.get({ id: portraitId(7) })).resolves.toEqual({
        ...stubPortrait(3),
        id: portraitId(7),
      });
      expect(get.mock.calls[0]?.[0]).toEqual({ id: portraitId(7) });
    });

    it('carries bytes both ways unchanged', async () => {
      const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);
      const addReference = vi.fn(async (input: { bytes: Uint8Array<ArrayBuffer> }) => ({
        id: 'a'.repeat(64),
        width: 1,
        height: 1,
        thumbnail: input.bytes,
        recipe: null,
        notice: null,
      }));
      const { client } = await open({ addReference });
      const { thumbnail } = await client.addReference({ bytes });
      expect(thumbnail).toBeInstanceOf(Uint8Array);
      expect(Buffer.compare(thumbnail, bytes)).toBe(0);
    });

    it('leaves out what is undefined', async () => {
      const count = vi.fn(async () => ({ count: 1 }));
      const { client } = await open({ count });
      await client.count({ starred: undefined });
      expect(count).toHaveBeenCalledOnce();
    });

    it('tells events in order and ends with the answer', async () => {
      const { client } = await open({
        generate: async (_, options) => {
          for (const index of [0, 1]) {
            options?.onEvent?.({ kind: 'portrait', index, generation: stubPortrait(index) });
          }
          return { ids: [portraitId(0), portraitId(1)] };
        },
      });
      const events: GenerateEvent[] = [];
      const { ids } = await client.generate(request, { onEvent: (event) => events.push(event) });
      expect(ids).toEqual([portraitId(0), portraitId(1)]);
      expect(events.map((event) => event.kind === 'portrait' && event.index)).toEqual([0, 1]);
    });

    it('answers calls that overlap in the order they finish', async () => {
      const { client } = await open({
        get: async ({ id }) => {
          if (id === portraitId(1)) await delay(30);
          return { ...stubPortrait(0), id };
        },
      });
      const order: string[] = [];
      await Promise.all(
        [1, 2].map((n) => client.get({ id: portraitId(n) }).then(({ id }) => order.push(id))),
      );
      expect(order).toEqual([portraitId(2), portraitId(1)]);
    });

    it('carries a refusal with its code, message and details', async () => {
      const error = new StudioError('disk-full', 'The disk is full.', { details: { free: 0 } });
      const { client } = await open({ status: () => Promise.reject(error) });
      const thrown = await client.status({}).catch((reason: unknown) => reason);
      expect(thrown).toBeInstanceOf(StudioError);
      expect(thrown).toMatchObject({ ...error.toJSON() });
    });

    it('turns any other exception into an internal error', async () => {
      const { client } = await open({ status: () => Promise.reject(new TypeError('oops')) });
      await expect(client.status({})).rejects.toMatchObject({ code: 'internal', message: 'oops' });
    });

    it('refuses input that does not fit before it reaches the studio', async () => {
      const generate = vi.fn();
      const { client } = await open({ generate });
      await expect(client.generate({ ...request, count: 0 })).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('count'),
      });
      expect(generate).not.toHaveBeenCalled();
    });

    it.each(['format-disk', 'constructor', 'toString'])('refuses the method "%s"', async (name) => {
      const { port } = await open({});
      const answer = new Promise((resolve) => {
        port.onMessage(resolve);
      });
      port.post({ type: 'request', id: 9_999, method: name, input: {} });
      await expect(answer).resolves.toMatchObject({
        type: 'failed',
        id: 9_999,
        error: { code: 'invalid-argument' },
      });
    });

    it('hangs up on a peer that does not speak the protocol', async () => {
      const { port } = await open({});
      const closed = new Promise<void>((resolve) => {
        port.onClose(resolve);
      });
      port.post({ type: 'hello' });
      await closed;
    });

    it.each([
      ['values within values', () => nested(60)],
      ['a million values', () => Array(1_000_000).fill({})],
      ['megabytes of text', () => 'x'.repeat(6_000_000)],
    ])('hangs up on a peer that asks with %s', async (_, input) => {
      const get = vi.fn();
      const { port } = await open({ get });
      const closed = new Promise<void>((resolve) => {
        port.onClose(resolve);
      });
      port.post({ type: 'request', id: 1, method: 'get', input: input() });
      await closed;
      expect(get).not.toHaveBeenCalled();
    });

    it('names one problem of a wrong input, not all of them', async () => {
      const { client } = await open({});
      const wrong = { id: portraitId(1), limit: 'x', other: 1 };
      const ids = Array(10_000).fill(7);
      await expect(client.star({ ids, starred: true })).rejects.toSatisfy(
        ({ code, message }) => code === 'invalid-argument' && message.length < 1_000,
      );
      await expect(client.similar(wrong as never)).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('limit'),
      });
    });

    it('cancels: the client is told at once, the studio by its signal', async () => {
      const started = moment();
      const aborted = moment();
      const { client } = await open({
        generate: (_, options) => {
          options?.signal?.addEventListener('abort', () => aborted.come());
          started.come();
          return new Promise(() => undefined);
        },
      });
      const controller = new AbortController();
      const outcome = client.generate(request, { signal: controller.signal });
      await started.came;
      controller.abort();
      await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
      await aborted.came;
    });

    it('does not ask when the signal has fired already', async () => {
      const status = vi.fn();
      const { client } = await open({ status });
      const outcome = client.status({}, { signal: AbortSignal.abort() });
      await expect(outcome).rejects.toMatchObject({ code: 'cancelled' });
      expect(status).not.toHaveBeenCalled();
    });

    it('ends subscriptions when the client goes', async () => {
      const started = moment();
      const ended = moment();
      const { client, port } = await open({
        watch: (_, options) => {
          options?.signal?.addEventListener('abort', () => ended.come());
          started.come();
          return new Promise(() => undefined);
        },
      });
      const watching = client.watch({}).catch((reason: unknown) => reason);
      await started.came;
      port.close();
      await ended.came;
      await expect(watching).resolves.toMatchObject({ code: 'disconnected' });
    });

    it('fails what is pending when the host goes, and whatever comes after', async () => {
      const started = moment();
      const { client, close } = await open({
        status: () => {
          started.come();
          return new Promise(() => undefined);
        },
      });
      const pending = client.status({}).catch((reason: unknown) => reason);
      await started.came;
      await close();
      await expect(pending).resolves.toMatchObject({ code: 'disconnected' });
      await expect(client.status({})).rejects.toMatchObject({ code: 'disconnected' });
    });
  });
}
