import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { writeContainer } from './container.ts';
import { backupFormat } from './model.ts';
import { parseManifest } from './read-manifest.ts';
import { restoreBackup } from './restore.ts';
import { type AskDisk, orNoSpace } from './room.ts';
import { sweepLeftovers } from './scratch.ts';
import { inStaging } from './staging.ts';

const root = mkdtempSync(join(tmpdir(), 'menshen-room-'));
const mib = 1 << 20;
let identity = '';
let file = '';
let asked = 0;
beforeAll(async () => {
  identity = await generateX25519Identity();
  file = await packed('bomb.age', 12, 12 * mib);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Zeros: a stranger's backup of a hundred megabytes packs to some hundred kilobytes. */
async function packed(name: string, count: number, size: number): Promise<string> {
  const recipient = await identityToRecipient(identity);
  const part = new Uint8Array(mib);
  await writeContainer(
    join(root, name),
    { recipients: [recipient] },
    (async function* () {
      for (let at = 0; at < count; at += 1)
        yield {
          ...{ name: `folder/${at}`, size },
          bytes: async function* () {
            for (let left = size; left > 0; left -= part.length) yield part.subarray(0, left);
          },
        };
    })(),
  );
  return join(root, name);
}
const used = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
/** A disk with so much room, of which a twentieth is to stay free. */
const disk =
  (bytes: number, files = 0): AskDisk =>
  async (folder) => {
    asked = used(folder);
    const ffree = files - readdirSync(folder, { recursive: true }).length;
    return { bsize: 4_096, blocks: bytes / 4_096, bavail: Math.floor((bytes - asked) / 4_096), files, ffree };
  };
const label = (bytes: number, unpacked: number) => ({
  ...{ format: backupFormat, file: basename(file), created: 0, version: '1', store: 'sqlite', log: null, keys: true },
  ...{ bytes, unpacked, sha256: '0'.repeat(64) },
});
const restore = (askDisk: AskDisk) =>
  restoreBackup(file, { identities: [identity] }, { data: join(root, 'data'), postgres: null, askDisk }).then(
    () => 'restored',
    ({ problem, where }: { problem: string; where: string }) => `${problem} ${where.replace(root, '')}`,
  );

describe('a backup of a stranger', () => {
  it('ends before the disk is full, and nothing of it is left behind', async () => {
    expect(statSync(file).size).toBeLessThan(mib);
    expect(await restore(disk(100 * mib))).toMatch(/^no_space \/\.restoring-\w+: 12\.0 MiB > \d+\.\d MiB$/);
    // Some of it was there, and a twentieth of the disk was left to others.
    expect(asked).toBeGreaterThan(60 * mib);
    expect(asked).toBeLessThanOrEqual(95 * mib);
    expect(readdirSync(root).sort()).toEqual(['bomb.age']);
  });

  it('takes no more files than the disk has places for', async () => {
    file = await packed('many.age', 2_000, 0);
    expect(await restore(disk(1_000 * mib, 1_000))).toMatch(/^no_space/);
    rmSync(file);
    file = join(root, 'bomb.age');
    expect(readdirSync(root).sort()).toEqual(['bomb.age']);
  });

  it('unpacks to no more than its label says, and not at all where that does not fit', async () => {
    writeFileSync(`${file}.json`, JSON.stringify(label(statSync(file).size, 30 * mib)));
    expect(await restore(disk(1_000 * mib))).toBe('damaged more than its label says');
    expect(asked).toBe(0);
    expect(await restore(disk(25 * mib))).toMatch(/^no_space .*: 30\.0 MiB > 23\.8 MiB$/);
    // The label of another file says nothing of this one.
    writeFileSync(`${file}.json`, JSON.stringify(label(statSync(file).size + 1, 30 * mib)));
    expect(await restore(disk(1_000 * mib))).toBe('not_a_backup no manifest');
    rmSync(`${file}.json`);
    expect(readdirSync(root).sort()).toEqual(['bomb.age']);
  });

  it('has no manifest of more values than files need: it would take all memory', () => {
    const text = (values: number) => Buffer.from(`[${'[],'.repeat(values)}0]`);
    expect(parseManifest(text(10), 0, z.array(z.unknown()))).toHaveLength(11);
    expect(() => parseManifest(text(1_500_000), 0, z.array(z.unknown()))).toThrow(/not_a_backup manifest/);
  });

  it('says so where the disk is full in the middle, or a share of it used up', async () => {
    for (const code of ['ENOSPC', 'EDQUOT']) {
      const fails = () => Promise.reject(Object.assign(new Error('full'), { code }));
      await expect(orNoSpace(root, fails), code).rejects.toMatchObject({ problem: 'no_space', where: root });
    }
  });
});

describe('what is half restored', () => {
  it('is gone when a signal ends the process: it is not encrypted', async () => {
    const script = `import { inStaging } from ${JSON.stringify(new URL('./staging.ts', import.meta.url).href)};
      import { writeFileSync } from 'node:fs';
      await inStaging(${JSON.stringify(join(root, 'data'))}, async (folder) => {
        writeFileSync(folder + '/payslips', 'secret');
        console.log(folder);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const folder = said.toString().trim();
    expect(existsSync(join(folder, 'payslips'))).toBe(true);
    child.kill('SIGTERM');
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect([code, signal, existsSync(folder)]).toEqual([null, 'SIGTERM', false]);
    rmSync(join(root, 'data'), { recursive: true });
  });

  it('is gone at the next restore or start where the process was killed, and stays while one works in it', async () => {
    const data = join(root, 'killed');
    const place = JSON.stringify(data);
    const script = (
      file: string,
      call: string,
    ) => `import { inScratch } from ${JSON.stringify(new URL('./scratch.ts', import.meta.url).href)};
      import { inStaging } from ${JSON.stringify(new URL('./staging.ts', import.meta.url).href)};
      import { writeFileSync } from 'node:fs';
      await ${call}, async (folder) => {
        writeFileSync(folder + '/${file}', 'secret');
        console.log(folder);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      });`;
    const start = async (call: string) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script('payslips', call)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = (await once(child.stdout, 'data')) as [Buffer];
      return { child, folder: said.toString().trim() };
    };
    const beside = await start(`inStaging(${place}`);
    const within = await start(`inScratch(${JSON.stringify(join(data, '.restoring-'))}`);
    const living = await start(`inScratch(${JSON.stringify(join(root, '.restoring-'))}`);
    for (const { child } of [beside, within]) {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    }
    expect([beside, within, living].map(({ folder }) => existsSync(join(folder, 'payslips')))).toEqual([true, true, true]);
    // Of an older version, which knew no locks; and what only looks like one.
    for (const name of ['.restoring-aB3xY9', '.restoring-of-somebody']) mkdirSync(join(root, name));
    symlinkSync(join(root, '.restoring-of-somebody'), join(root, '.restoring-aB3xY8'));
    const seen = await inStaging(data, async () => readdirSync(root).filter((name) => name.startsWith('.restoring-')));
    expect(seen).toContain(basename(living.folder));
    expect(seen).not.toContain(basename(beside.folder));
    expect([readdirSync(data), existsSync(join(living.folder, 'payslips'))]).toEqual([[], true]);
    const ended = once(living.child, 'exit');
    living.child.kill('SIGKILL');
    await ended;
    await sweepLeftovers(data);
    expect(readdirSync(root).sort()).toEqual(['.restoring-aB3xY8', '.restoring-of-somebody', 'bomb.age', 'killed']);
    for (const name of ['.restoring-aB3xY8', '.restoring-of-somebody', 'killed']) rmSync(join(root, name), { recursive: true });
  });

  it('is gone where it failed, with the folder that was made for it', async () => {
    const data = join(root, 'new');
    await expect(inStaging(data, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    mkdirSync(data);
    await expect(inStaging(data, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    // One that somebody else made stays.
    expect([readdirSync(data), readdirSync(root).sort()]).toEqual([[], ['bomb.age', 'new']]);
  });
});
