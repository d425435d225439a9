import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/library.ts';
import { ServerChoice } from './choice.ts';

const [ONE, OTHER] = ['grpc://one:8001', 'grpcs://other:443'];

async function fileOfChoice(): Promise<string> {
  return path.join(await temporaryFolder(), 'model-servers.json');
}

describe('the choice of servers', () => {
  it('is remembered for nobody but the artist, and a token is never shown', async () => {
    const file = await fileOfChoice();
    const chosen = new ServerChoice({}, undefined, file).with({
      servers: [{ address: OTHER, isAllowed: true }],
      ...{ fallback: true, token: 'open-sesame' },
    });
    await chosen.keep();
    expect((await stat(file)).mode & 0o077).toBe(0);
    const { inUse, shown } = await ServerChoice.read({}, file);
    expect(inUse).toMatchObject({ addresses: [OTHER], credentials: { token: 'open-sesame' } });
    expect(shown).toMatchObject({ fallback: true, hasToken: true });
    expect(JSON.stringify(shown)).not.toContain('sesame');
  });

  it('sends nothing to a server before that was allowed', () => {
    const asked = new ServerChoice().with({
      servers: [{ address: 'grpc://one', isAllowed: false }],
    });
    expect(asked).toMatchObject({ inUse: { addresses: [] }, unasked: [ONE] });
    const allowed = asked.with({ servers: [{ address: ONE, isAllowed: true }] });
    expect(allowed).toMatchObject({ inUse: { addresses: [ONE] }, unasked: [] });
  });

  it('sends a token to no server that was named after it', () => {
    const one = { address: ONE, isAllowed: true };
    const given = new ServerChoice().with({ servers: [one], token: 'open-sesame' });
    const later = given.with({ servers: [one, { address: OTHER, isAllowed: true }] });
    expect(later.inUse.credentials).toMatchObject({ token: 'open-sesame', tokenFor: [ONE] });
  });

  it('gives way to servers that were named at the start, and tells them no secrets', async () => {
    const file = await fileOfChoice();
    await new ServerChoice({}, undefined, file)
      .with({ token: 'open-sesame', fallback: true })
      .keep();
    const named = await ServerChoice.read({ addresses: [ONE] }, file);
    expect(named.inUse).toEqual({ addresses: [ONE] });
    expect(named.shown).toMatchObject({ fixed: true, hasToken: false, fallback: false });
  });

  it('goes with what else was said at the start', () => {
    const chosen = new ServerChoice({ always: true }).with({ fallback: true });
    expect(chosen.inUse).toMatchObject({ fallback: true, always: true });
  });

  it('is none where its file is damaged, and refuses what is no address', async () => {
    const file = await fileOfChoice();
    await writeFile(file, '{"servers":');
    expect((await ServerChoice.read({}, file)).shown).toMatchObject({ servers: [], fixed: false });
    const change = { servers: [{ address: 'https://box', isAllowed: true }] };
    expect(() => new ServerChoice().with(change)).toThrow('is no address of a model server');
    expect(await readFile(file, 'utf8')).toBe('{"servers":');
  });
});
