import { riskReasons } from '@menshen/contract';
import { packSessionKeys, unpackSessionKeys } from '@menshen/wire';
import * as z from 'zod';
import type { Keys } from '../keys/master.ts';
import type { SessionBinding } from './binding/model.ts';
import type { PreviousSecret, Session } from './model.ts';
import { noRisk, type Risk } from './risk/model.ts';
import type { SessionRow } from './tables.ts';

const channelOf = z.enum(['wechat', 'wecom']);
const kindOf = z.enum(['employee', 'partner', 'customer']);
const amrOf = z.array(z.string());
const assuranceOf = z.union([z.literal(1), z.literal(2), z.literal(3)]);
const levelOf = z.strictObject({
  assurance: assuranceOf,
  amr: amrOf,
  secondFactorAt: z.int().nullable(),
  assuranceUntil: z.int().nullable(),
});

const toPrevious = (row: SessionRow): PreviousSecret | null =>
  row.previous_hash === null || row.previous_until === null || row.previous_level === null
    ? null
    : { secretHash: row.previous_hash, until: row.previous_until, ...levelOf.parse(JSON.parse(row.previous_level)) };

/** The columns that a step-up writes. */
export const levelColumns = (session: Session) => ({
  secret_hash: session.secretHash,
  generation: session.generation,
  assurance: session.assurance,
  amr: JSON.stringify(session.amr),
  second_factor_at: session.secondFactorAt,
  assurance_until: session.assuranceUntil,
  previous_hash: session.previous?.secretHash ?? null,
  previous_until: session.previous?.until ?? null,
  previous_level:
    session.previous === null
      ? null
      : JSON.stringify({
          assurance: session.previous.assurance,
          amr: session.previous.amr,
          secondFactorAt: session.previous.secondFactorAt,
          assuranceUntil: session.previous.assuranceUntil,
        }),
});

const keysPlace = (sid: string) => ({ table: 'sessions', column: 'binding_keys', key: sid });
const suiteOf = z.enum(['A', 'S']);

const toBinding = (row: SessionRow, keys: Keys): SessionBinding | null => {
  const { sid, binding_suite: suite, key_version: keyVersion, binding_keys: sealed } = row;
  if (suite === null || keyVersion === null || sealed === null) return null;
  const unpacked = unpackSessionKeys(Buffer.from(keys.openText(sealed, keysPlace(sid)), 'base64'));
  if (unpacked === null) throw new TypeError('the keys of a session have another length');
  return { suite: suiteOf.parse(suite), keyVersion, keys: unpacked };
};

const holderPlace = (sid: string) => ({ table: 'sessions', column: 'holder', key: sid });
const holderOf = z.strictObject({
  name: z.string(),
  address: z.string(),
  device: z.string().nullable(),
  build: z.string().nullable().default(null),
});
type Holder = z.output<typeof holderOf>;

/** Who holds a session, sealed for its row. */
export const sealHolder = (sid: string, { name, address, device, build }: Holder, keys: Keys): Uint8Array =>
  keys.sealText(JSON.stringify({ name, address, device, build }), holderPlace(sid));

const toHolder = (row: SessionRow, keys: Keys): Holder =>
  row.holder === null ? { ...row, build: null } : holderOf.parse(JSON.parse(keys.openText(row.holder, holderPlace(row.sid))));

const riskLevelOf = z.literal([0, 1, 2, 3, 4]);
const riskOf = z
  .strictObject({ level: riskLevelOf, reasons: z.array(z.enum(riskReasons)), at: z.int(), rank: riskLevelOf.optional() })
  .transform(({ rank, ...risk }): Risk => (rank === undefined ? risk : { ...risk, rank }));

export const toSession = (row: SessionRow, keys: Keys): Session => {
  const { name, address, device, build } = toHolder(row, keys);
  return { ...fromRow(row, keys), person: { uid: row.uid, name, kind: kindOf.parse(row.kind) }, address, device, build };
};

const fromRow = (row: SessionRow, keys: Keys): Omit<Session, 'person' | 'address' | 'device' | 'build'> => ({
  sid: row.sid,
  secretHash: row.secret_hash,
  generation: row.generation,
  previous: toPrevious(row),
  binding: toBinding(row, keys),
  risk: row.risk === null ? noRisk : riskOf.parse(JSON.parse(row.risk)),
  assuranceUntil: row.assurance_until,
  app: row.app,
  channel: channelOf.parse(row.channel),
  assurance: assuranceOf.parse(row.assurance),
  amr: amrOf.parse(JSON.parse(row.amr)),
  secondFactorAt: row.second_factor_at,
  created: row.created,
  lastSeen: row.last_seen,
  idleExpires: row.idle_expires,
  idleMs: row.idle_ms,
  absoluteExpires: row.absolute_expires,
});

export const toRow = (session: Session, keys: Keys): SessionRow => ({
  sid: session.sid,
  ...levelColumns(session),
  app: session.app,
  channel: session.channel,
  uid: session.person.uid,
  name: '',
  kind: session.person.kind,
  created: session.created,
  last_seen: session.lastSeen,
  idle_ms: session.idleMs,
  idle_expires: session.idleExpires,
  absolute_expires: session.absoluteExpires,
  address: '',
  device: null,
  holder: sealHolder(
    session.sid,
    { name: session.person.name, address: session.address, device: session.device, build: session.build },
    keys,
  ),
  risk: session.risk.level === 0 && (session.risk.rank ?? 0) === 0 ? null : JSON.stringify(session.risk),
  binding_suite: session.binding?.suite ?? null,
  key_version: session.binding?.keyVersion ?? null,
  binding_keys:
    session.binding === null
      ? null
      : keys.sealText(Buffer.from(packSessionKeys(session.binding.keys)).toString('base64'), keysPlace(session.sid)),
});
