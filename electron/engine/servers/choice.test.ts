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

  it('forgets a token for a server that is removed, and with the last of them the token', async () => {
    const file = await fileOfChoice();
    const [one, other] = [ONE, OTHER].map((address) => ({ address, isAllowed: true }));
    const given = new ServerChoice({}, undefined, file).with({
      servers: [one!, other!],
      token: 'open-sesame',
    });
    const fewer = given.with({ servers: [other!] });
    expect(fewer.inUse.credentials).toMatchObject({ token: 'open-sesame', tokenFor: [OTHER] });
    const back = fewer.with({ servers: [one!, other!] });
    expect(back.inUse.credentials).toMatchObject({ tokenFor: [OTHER] });
    const none = fewer.with({ servers: [] });
    await none.keep();
    expect(await readFile(file, 'utf8')).not.toContain('sesame');
    expect(none.with({ servers: [other!] }).shown).toMatchObject({ hasToken: false });
  });

  it('does not send a token that an earlier version kept for a server that was removed', async () => {
    const file = await fileOfChoice();
    const given = new ServerChoice({}, undefined, file).with({
      servers: [{ address: ONE, isAllowed: true }],
      token: 'open-sesame',
    });
    await given.keep();
    const kept = (await readFile(file, 'utf8')).replace(/"servers":\[[^\]]*\]/, '"servers":[]');
    await writeFile(file, kept);
    const read = await ServerChoice.read({}, file);
    const again = read.with({ servers: [{ address: ONE, isAllowed: true }] });
    expect(again.inUse.credentials).toMatchObject({ token: undefined, tokenFor: [] });
  });

  it('takes no token while there is no server that it could be for', () => {
    expect(() => new ServerChoice().with({ token: 'open-sesame' })).toThrow('add the server first');
  });

  it('gives way to servers that were named at the start, and tells them no secrets', async () => {
    const file = await fileOfChoice();
    await new ServerChoice({}, undefined, file)
      .with({ servers: [{ address: OTHER, isAllowed: true }], token: 'open-sesame' })
      .keep();
    const named = await ServerChoice.read({ addresses: [ONE] }, file);
    expect(named.inUse).toEqual({ addresses: [ONE] });
    expect(named.shown).toMatchObject({ fixed: true, hasToken: false });
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
