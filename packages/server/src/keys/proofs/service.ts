import { MenshenError, type ProofPurpose, proofPurposes } from '@menshen/contract';
import type { Audit } from '../../audit/service.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { Store } from '../../store/store.ts';
import type { Keys } from '../master.ts';
import { createProofSigner, holds, type ProofSigner } from '../proof-signer.ts';

const dayMs = 86_400_000;
/** Purposes under which the first keys are derived from the master key: proofs of before the first rotation carry their signatures. */
const derived: Readonly<Record<ProofPurpose, string>> = {
  reports: 'report signing key',
  certificates: 'training certificate signing key',
  privacy: 'privacy signing key',
};
const seedBytes = 32;
const place = (id: string) => ({ table: 'proof_keys', column: 'seed', key: id });

export interface ProofKey {
  readonly id: string;
  readonly purpose: ProofPurpose;
  readonly publicKey: string;
  readonly created: number;
  readonly createdBy: string;
  readonly retired: number | null;
  /** Days for which it has been signing, where that is longer than the configuration wants. */
  readonly old: boolean;
}

export interface ProofKeys {
  /** Every key, the newest of each purpose first. */
  list(): readonly ProofKey[];
  /** The key that signs now. Its id, public key and signature belong together: take it once for each proof. */
  current(purpose: ProofPurpose): ProofSigner;
  /** The public key of an id; looked for again in the store, where another node may have made it. */
  find(purpose: ProofPurpose, id: string): Promise<string | null>;
  /** The public key under which a statement was signed; null where it was none of ours. */
  keyOf(purpose: ProofPurpose, statement: string, signature: string): Promise<string | null>;
  /** A new key signs from now on; the old one goes on verifying. @throws MenshenError `conflict` where somebody did so at the same time */
  rotate(purpose: ProofPurpose, by: string): Promise<ProofKey>;
  /** Learns what other nodes did. Called twice a minute. */
  refresh(): Promise<void>;
}

export interface ProofKeyParts {
  readonly store: Pick<Store, 'db' | 'transaction'>;
  readonly keys: Pick<Keys, 'derive' | 'sealText' | 'openText'>;
  readonly audit: Pick<Audit, 'act'>;
  readonly maxAgeDays: () => number;
  readonly metrics: Pick<Metrics, 'gauge'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

interface Known extends Omit<ProofKey, 'old'> {
  readonly signer: () => ProofSigner;
}

/** Keys that proofs are signed with, by purpose. A retired key is never removed: whoever holds an old proof can have it verified for ever. */
export async function openProofKeys(parts: ProofKeyParts): Promise<ProofKeys> {
  const { keys, audit, clock, random } = parts;
  const { db, transaction } = parts.store;
  let known: readonly Known[] = [];

  const signerOf = (id: string, purpose: ProofPurpose, seed: Uint8Array | null): ProofSigner => {
    const signer = createProofSigner(
      seed === null ? keys.derive(derived[purpose]) : Buffer.from(keys.openText(seed, place(id)), 'base64'),
    );
    if (signer.id !== id) throw new Error('a signing key of proofs is another than its id says');
    return signer;
  };
  const refresh = async (): Promise<void> => {
    const rows = await db.selectFrom('proof_keys').selectAll().orderBy('created', 'desc').orderBy('id').execute();
    const before = new Map(known.map((one) => [one.id, one]));
    known = rows.flatMap(({ id, purpose, public_key: publicKey, seed, created, created_by: createdBy, retired }) => {
      const meant = proofPurposes.find((one) => one === purpose);
      if (meant === undefined) return [];
      let signer: ProofSigner | null = null;
      const made = before.get(id)?.signer ?? (() => (signer ??= signerOf(id, meant, seed)));
      return [{ id, purpose: meant, publicKey, created, createdBy, retired, signer: made }];
    });
  };
  for (const purpose of proofPurposes) {
    const { id, publicKey } = createProofSigner(keys.derive(derived[purpose]));
    await db
      .insertInto('proof_keys')
      .values({ ...{ id, purpose, public_key: publicKey, seed: null }, created: clock(), created_by: 'menshen', retired: null })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
  await refresh();

  const active = (purpose: ProofPurpose): Known => {
    const found = known.find((one) => one.purpose === purpose && one.retired === null);
    if (found === undefined) throw new Error(`there is no signing key for ${purpose}`);
    return found;
  };
  const isOld = ({ created, retired }: Known): boolean => retired === null && clock() - created > parts.maxAgeDays() * dayMs;
  const view = (one: Known): ProofKey => {
    const { signer: _signer, ...key } = one;
    return { ...key, old: isOld(one) };
  };
  parts.metrics.gauge(
    'menshen_proof_keys_old',
    'Signing keys of proofs that should have been rotated.',
    () => known.filter(isOld).length,
  );

  return {
    list: () => known.map(view),
    current: (purpose) => active(purpose).signer(),
    async find(purpose, id) {
      const here = (): Known | undefined => known.find((one) => one.purpose === purpose && one.id === id);
      if (here() === undefined) await refresh();
      return here()?.publicKey ?? null;
    },
    async keyOf(purpose, statement, signature) {
      const here = (): Known | undefined =>
        known.find((one) => one.purpose === purpose && holds(statement, signature, one.publicKey));
      if (here() === undefined) await refresh();
      return here()?.publicKey ?? null;
    },
    async rotate(purpose, by) {
      const seed = random(seedBytes);
      const { id, publicKey } = createProofSigner(seed);
      const detail = { purpose, key: id };
      await audit.act(by, { activity: 'create', entity: 'signing key of proofs', detail }, async () => {
        await refresh();
        const old = active(purpose);
        // Created later than the last even where the clock has gone back: the newest signs.
        const now = Math.max(clock(), old.created + 1);
        await transaction(async (tx) => {
          const retired = await tx
            .updateTable('proof_keys')
            .set({ retired: now })
            .where('id', '=', old.id)
            .where('retired', 'is', null)
            .executeTakeFirst();
          if (Number(retired.numUpdatedRows) !== 1) throw new MenshenError('conflict');
          await tx
            .insertInto('proof_keys')
            .values({
              ...{ id, purpose, public_key: publicKey, created: now, created_by: by, retired: null },
              seed: keys.sealText(Buffer.from(seed).toString('base64'), place(id)),
            })
            .execute();
        });
      });
      await refresh();
      return view(active(purpose));
    },
    refresh,
  };
}
