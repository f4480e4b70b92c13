import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../../store/testing.ts';
import { createKeys } from '../master.ts';
import { createProofSigner, holds } from '../proof-signer.ts';
import { liveSigner } from './live-signer.ts';
import { openProofKeys } from './service.ts';
import { proofKeyMigrations } from './tables.ts';

const day = 86_400_000;
const keys = createKeys(new Uint8Array(32).fill(3), (size) => randomBytes(size));
const clock = { now: 1_800_000_000_000 };
const acts: string[] = [];
const openAt = (store: TestStore) =>
  openProofKeys({
    ...{ store, keys, clock: () => clock.now, random: (size) => randomBytes(size), maxAgeDays: () => 365 },
    metrics: { gauge: () => undefined },
    audit: {
      act: async (by, { entity, detail }, perform) => {
        acts.push(`${by} ${entity} ${detail['purpose']}`);
        return await perform();
      },
    },
  });

describeEachStore((open) => {
  const fresh = async () => await open({ migrations: [...metaMigrations, ...proofKeyMigrations] });

  it('begin with the keys of before they could be rotated, so that old proofs hold', async () => {
    const proofs = await openAt(await fresh());
    const before = createProofSigner(keys.derive('report signing key'));
    expect(proofs.current('reports').id).toBe(before.id);
    const old = before.sign('an old report').toString('base64url');
    await proofs.rotate('reports', 'wang');
    expect(acts.at(-1)).toBe('wang signing key of proofs reports');
    const now = proofs.current('reports');
    expect(now.id).not.toBe(before.id);
    expect(await proofs.keyOf('reports', 'an old report', old)).toBe(before.publicKey);
    expect(await proofs.find('reports', before.id)).toBe(before.publicKey);
    // What the retired key never signed is signed by nobody here.
    expect(await proofs.keyOf('reports', 'another report', old)).toBeNull();
    expect(holds('new', now.sign('new').toString('base64url'), before.publicKey)).toBe(false);
    // Other purposes are untouched, and a key of one is none of another.
    expect(proofs.list().filter(({ purpose }) => purpose === 'certificates')).toHaveLength(1);
    expect(await proofs.find('certificates', now.id)).toBeNull();
  });

  it('are the same for every node and after a restart, and lie sealed', async () => {
    const store = await fresh();
    const [one, two] = await Promise.all([openAt(store), openAt(store)]);
    const rotated = await one.rotate('certificates', 'wang');
    const signer = liveSigner(two, 'certificates');
    expect(await signer.find(rotated.id)).toBe(rotated.publicKey);
    expect(signer.id).toBe(rotated.id);
    const again = await openAt(store);
    const signature = again.current('certificates').sign('course').toString('base64url');
    expect(holds('course', signature, rotated.publicKey)).toBe(true);
    const { seed } = await store.db
      .selectFrom('proof_keys')
      .select('seed')
      .where('id', '=', rotated.id)
      .executeTakeFirstOrThrow();
    await store.db.updateTable('proof_keys').set({ seed }).where('purpose', '=', 'reports').execute();
    // The seed of another key is refused instead of signing under a wrong name.
    const mixed = await openAt(store);
    expect(() => mixed.current('reports')).toThrow();
  });

  it('are rotated once where two administrators ask at the same time', async () => {
    const store = await fresh();
    const [one, two] = await Promise.all([openAt(store), openAt(store)]);
    const done = await Promise.allSettled([one.rotate('reports', 'wang'), two.rotate('reports', 'li')]);
    const active = await store.db
      .selectFrom('proof_keys')
      .selectAll()
      .where('purpose', '=', 'reports')
      .where('retired', 'is', null)
      .execute();
    expect(active).toHaveLength(1);
    for (const one of done) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'conflict' });
  });

  it('are called old when they have signed for longer than the configuration wants', async () => {
    const proofs = await openAt(await fresh());
    expect(proofs.list().some(({ old }) => old)).toBe(false);
    clock.now += 366 * day;
    expect(proofs.list().filter(({ old }) => old)).toHaveLength(3);
    const fresher = await proofs.rotate('privacy', 'wang');
    expect(fresher.old).toBe(false);
    expect(proofs.list().filter(({ old }) => old)).toHaveLength(2);
    clock.now -= 366 * day;
  });
});
