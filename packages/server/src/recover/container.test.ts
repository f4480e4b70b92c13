import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, expect, it } from 'vitest';
import { readContainer, writeContainer } from './container.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-container-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it('is read without keeping what was read: a backup is larger than memory', async () => {
  const identity = await generateIdentity();
  const file = join(folder, 'backup.age');
  const part = new Uint8Array(65_536);
  const parts = 512;
  const members = async function* () {
    const bytes = async function* () {
      for (let at = 0; at < parts; at += 1) yield part;
    };
    for (const name of ['one', 'two']) yield { name, size: part.length * parts, bytes };
  };
  await writeContainer(file, { recipients: [await identityToRecipient(identity)] }, members());
  const seen: WeakRef<Uint8Array>[] = [];
  let read = 0;
  let most = 0;
  for await (const { body } of readContainer(file, { identities: [identity] })) {
    for await (const chunk of body) {
      read += chunk.length;
      seen.push(new WeakRef(chunk));
    }
    // References are kept to the end of the turn in which they were made.
    await wait(0);
    collect();
    most = Math.max(most, seen.filter((one) => one.deref() !== undefined).length);
  }
  expect(read).toBe(2 * parts * part.length);
  expect(seen.length).toBeGreaterThan(parts);
  expect(most).toBeLessThan(parts / 4);
});
