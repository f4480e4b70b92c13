import { constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configSchema } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessSources, accessProblem, systemAccess } from './access-problem.ts';

const root = mkdtempSync(join(tmpdir(), 'menshen-access-'));
const data = join(root, 'data');
const config = configSchema.parse({ data });
beforeAll(() => {
  for (const folder of ['keys', 'tlog/wal', 'detect']) mkdirSync(join(data, folder), { recursive: true });
  for (const file of ['keys/master.key', 'menshen.db', 'tlog/checkpoint', 'tlog/wal/1']) writeFileSync(join(data, file), 'x');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const failed = (code: string): Error => Object.assign(new Error('failed'), { code });
/** A machine on which everything is ours but one path. */
function machine(path: string, about: { uid?: number; mode: number; folder?: boolean }, allowed = 0): AccessSources {
  const at = join(root, path);
  const folders = [root, data, join(data, 'keys'), join(data, 'tlog'), join(data, 'tlog', 'wal'), join(data, 'detect')];
  return {
    may: (asked, mode) => asked !== at || (mode & ~allowed) === 0,
    look: (asked) =>
      asked === at
        ? { uid: about.uid ?? 4_242, mode: about.mode, isFolder: about.folder ?? false }
        : { uid: 4_242, mode: 0o700, isFolder: folders.includes(asked) },
    me: { uid: 4_242, gid: 99 },
  };
}
const said = (code: string, sources: AccessSources): string | undefined => accessProblem(failed(code), config, sources)?.en;

describe('a start that failed because something may not be used', () => {
  it('names the path, its owner, who runs, and the command', () => {
    const roots = { uid: 0, mode: 0o600 };
    const text = said('store_unavailable', machine('data/menshen.db', roots));
    expect(text).toContain(
      `${data}/menshen.db cannot be read: it belongs to uid 0 (mode 0600), and this process runs as uid 4242.`,
    );
    expect(text).toContain(` Let an administrator run: chown -R 4242:99 ${data}`);
    expect(said('EACCES', machine('data/menshen.db', { uid: 7, mode: 0o600 }))).toContain(
      'Run it as uid 7, or let an administrator',
    );
    expect(accessProblem(failed('EACCES'), config, machine('data/menshen.db', roots))?.zh).toContain('它属于 uid 0（权限 0600）');
    // The log's own faults name no path either.
    for (const path of ['data/tlog', 'data/tlog/checkpoint', 'data/tlog/wal', 'data/tlog/wal/1', 'data/detect', 'data'])
      expect(said('audit_unwritable', machine(path, roots)), path).toContain(`${root}/${path} cannot be read`);
  });

  it('tells a mode from a file system that is read-only', () => {
    const own = machine('data/menshen.db', { mode: 0o400 }, constants.R_OK);
    expect(said('store_unwritable', own)).toBe(
      `${data}/menshen.db cannot be written: its mode is 0400. Run: chmod u+rwX ${data}/menshen.db`,
    );
    const mounted = machine('data', { mode: 0o700, folder: true }, constants.R_OK | constants.X_OK);
    expect(said('store_unwritable', mounted)).toContain('its file system is read-only, or something else');
  });

  it('lets keys be mounted to be read alone', () => {
    for (const path of ['data/keys', 'data/keys/master.key']) {
      const about = { uid: 0, mode: 0o444, folder: path === 'data/keys' };
      expect(said('EACCES', machine(path, about, constants.R_OK | constants.X_OK)), path).toBeUndefined();
      expect(said('EACCES', machine(path, about)), path).toContain(`${root}/${path} cannot be read`);
    }
  });

  it('says how to make a data folder where its parent does not let us', () => {
    const there = machine('none', { mode: 0 });
    const sources: AccessSources = {
      ...there,
      may: (path) => path !== root,
      look: (path) => (path === root ? there.look(path) : null),
    };
    expect(said('EACCES', sources)).toBe(
      `${data} cannot be made: uid 4242 may not write to ${root}. Let an administrator run: install -d -o 4242 -g 99 -m 700 ${data}`,
    );
  });

  it('looks at the files as they are', () => {
    const store = join(data, 'menshen.db');
    const sources = { ...systemAccess(), may: (path: string, mode: number) => path !== store || mode === constants.R_OK };
    expect(said('store_unavailable', sources)).toContain(`${store} cannot be written: `);
    const folder = join(data, 'tlog', 'wal');
    expect(said('audit_unwritable', { ...sources, may: (path, mode) => path !== folder || mode === constants.R_OK })).toContain(
      `${folder} cannot be written: `,
    );
  });

  it('says nothing of other errors, or where everything may be used', () => {
    expect(said('EADDRINUSE', machine('data/menshen.db', { mode: 0 }))).toBeUndefined();
    expect(said('store_unavailable', machine('elsewhere', { mode: 0 }))).toBeUndefined();
    expect(accessProblem(failed('EACCES'), config)).toBeNull();
  });
});
