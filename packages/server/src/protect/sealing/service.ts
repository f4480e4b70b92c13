import { MenshenError, type SealItemError } from '@menshen/contract';
import { createRandomPool, openField, recordFacts, SealError, sealField } from '@menshen/seal';
import { hasGrant, type TokenPrincipal } from '../../administrators/tokens/service.ts';
import { detectionEvent } from '../../audit/events.ts';
import { fieldAccessEvent } from '../../audit/field-events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Coordination } from '../../coordination/model.ts';
import type { Metrics } from '../../gateway/metrics.ts';
import type { UsableKey } from '../../keys/ring/key-cache.ts';
import type { KeyRing } from '../../keys/ring/service.ts';
import { fieldKey, indexesOf, type SealedField, type SealedFields } from './fields.ts';

/** The backend that asks. */
export interface SealCaller {
  readonly token: TokenPrincipal;
  readonly address: string;
}

/** Which values, and what for. */
export interface Target {
  readonly app: string;
  readonly table: string;
  readonly column: string;
  readonly purpose: string;
}

type Item<T> = T | { readonly error: SealItemError };

/** Sealing of fields for backends: batches, each item for itself; recorded, limited, and bound to what the token is granted. */
export interface SealingService {
  encrypt(
    caller: SealCaller,
    target: Target,
    items: readonly { readonly key: string; readonly value: string; readonly person?: string | undefined }[],
  ): Promise<Item<{ record: string; indexes: Record<string, string> }>[]>;
  decrypt(
    caller: SealCaller,
    target: Target,
    items: readonly { readonly key: string; readonly record: string }[],
  ): Promise<Item<{ value: string }>[]>;
  index(
    caller: SealCaller,
    target: Target,
    items: readonly { readonly value: string }[],
  ): Promise<Item<{ indexes: Record<string, string> }>[]>;
  reencrypt(
    caller: SealCaller,
    target: Target,
    items: readonly { readonly key: string; readonly record: string; readonly person?: string | undefined }[],
  ): Promise<Item<{ record: string; changed: boolean }>[]>;
}

export interface SealingParts {
  readonly fields: () => SealedFields;
  readonly ring: KeyRing;
  readonly audit: Audit;
  readonly coordination: Coordination;
  readonly metrics: Metrics;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** Records that do not open, by one token in a minute: more is somebody who tries. */
const maxBroken = 100;

export function createSealingService(parts: SealingParts): SealingService {
  const { ring, audit, coordination, metrics, clock } = parts;
  const random = createRandomPool(parts.random);
  const text = new TextDecoder('utf-8', { fatal: true });

  const fieldOf = (caller: SealCaller, { app, table, column, purpose }: Target): SealedField => {
    // Whether a field exists is not told to a token that is not good for it.
    if (!hasGrant(caller.token, `seal:${app}/${table}/${column}/${purpose}`)) throw new MenshenError('seal_not_granted');
    const field = parts.fields().get(fieldKey(app, table, column));
    if (field === undefined || !field.purposes.has(purpose)) throw new MenshenError('seal_field_undeclared');
    return field;
  };

  /** Takes from what a token may have opened or looked up. A search by index is as good as a guess at the value, so it counts the same. */
  const spend = async (caller: SealCaller, field: SealedField, values: number): Promise<void> => {
    const name = `seal:${caller.token.id}:${field.app}/${field.place.table}/${field.place.column}`;
    const minute = await coordination.counter.increment(`${name}:m`, minuteMs, values);
    const day = await coordination.counter.increment(`${name}:d`, dayMs, values);
    const over = minute.count > field.limit.perMinute ? minute : day.count > field.limit.perDay ? day : null;
    if (over === null) return;
    metrics.add('menshen_seal_limited_total');
    await alarmOnce(
      `${name}:limit`,
      over.resetAt - clock(),
      'seal_limit',
      'medium',
      'A token asks for more values than its field allows',
      {
        token: caller.token.id,
        field: fieldKey(field.app, field.place.table, field.place.column),
      },
    );
    throw new MenshenError('seal_limit', { retryAfter: Math.max(1, Math.ceil((over.resetAt - clock()) / 1_000)) });
  };

  const alarmOnce = async (
    key: string,
    forMs: number,
    rule: string,
    severity: 'medium' | 'high',
    title: string,
    detail: Readonly<Record<string, string | number>>,
  ): Promise<void> => {
    if (!(await coordination.useNonce(key, Math.max(1_000, Math.ceil(forMs))))) return;
    await audit.record(detectionEvent({ time: clock(), rule, severity, title, detail }));
  };

  const note = async (
    { token, address }: SealCaller,
    operation: 'seal' | 'open' | 'index' | 'reseal',
    target: Target,
    values: number,
    failed: number,
  ): Promise<void> => {
    metrics.add('menshen_seal_values_total', `operation="${operation}"`, values);
    await audit.record(
      fieldAccessEvent({ ...target, time: clock(), operation, token: token.id, name: token.name, address, values, failed }),
    );
  };

  /** Many records that do not open are no accident: swapped rows, or somebody who tries. */
  const noteBroken = async (caller: SealCaller, target: Target, broken: number): Promise<void> => {
    if (broken === 0) return;
    metrics.add('menshen_seal_broken_total', '', broken);
    const { count, resetAt } = await coordination.counter.increment(`seal-broken:${caller.token.id}`, minuteMs, broken);
    const { app, table, column } = target;
    await alarmOnce(
      `seal-broken:${caller.token.id}:alarm`,
      resetAt - clock(),
      'sealed_record_broken',
      'high',
      'Sealed records do not open at their place',
      {
        token: caller.token.id,
        field: fieldKey(app, table, column),
        records: broken,
      },
    );
    if (count > maxBroken)
      throw new MenshenError('seal_limit', { retryAfter: Math.max(1, Math.ceil((resetAt - clock()) / 1_000)) });
  };

  /** Opens one record with its key, for counting and for the caller's own use of the bytes. */
  const openOne = async (field: SealedField, key: string, bytes: Uint8Array): Promise<{ bytes: Uint8Array; used: UsableKey }> => {
    const used = await ring.find(field.app, recordFacts(bytes).kid);
    if (used === null) throw new SealError('seal_key_unknown');
    return { bytes: openField(bytes, field.place, key, () => used), used };
  };

  const keyFor = (field: SealedField, person: string | undefined): Promise<UsableKey> => {
    if (field.perPerson && person === undefined) throw new MenshenError('validation_failed', { fields: ['items.person'] });
    return ring.current(field.app, field.perPerson ? (person ?? null) : null, field.algorithm);
  };

  return {
    async encrypt(caller, target, items) {
      const field = fieldOf(caller, target);
      let failed = 0;
      const done: Item<{ record: string; indexes: Record<string, string> }>[] = [];
      for (const { key, value, person } of items) {
        const used = await keyFor(field, person);
        try {
          const indexes = indexesOf(field, value);
          const record = sealField(Buffer.from(value, 'utf8'), field.place, key, used, random);
          ring.used(used.kid, 1, 0);
          done.push({ record: Buffer.from(record).toString('base64'), indexes });
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          failed += 1;
          done.push({ error: 'seal_value_invalid' });
        }
      }
      await note(caller, 'seal', target, items.length, failed);
      return done;
    },
    async decrypt(caller, target, items) {
      const field = fieldOf(caller, target);
      await spend(caller, field, items.length);
      let broken = 0;
      const done: Item<{ value: string }>[] = [];
      for (const { key, record } of items) {
        try {
          const { bytes, used } = await openOne(field, key, Buffer.from(record, 'base64'));
          const value = text.decode(bytes);
          ring.used(used.kid, 0, 1);
          done.push({ value });
        } catch (error) {
          if (error instanceof MenshenError) throw error;
          broken += 1;
          done.push({ error: error instanceof SealError ? error.code : 'seal_broken' });
        }
      }
      // The record is durable before a value leaves.
      await note(caller, 'open', target, items.length, broken);
      await noteBroken(caller, target, broken);
      return done;
    },
    async index(caller, target, items) {
      const field = fieldOf(caller, target);
      await spend(caller, field, items.length);
      let failed = 0;
      const done = items.map(({ value }): Item<{ indexes: Record<string, string> }> => {
        try {
          return { indexes: indexesOf(field, value) };
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          failed += 1;
          return { error: 'seal_value_invalid' };
        }
      });
      await note(caller, 'index', target, items.length, failed);
      return done;
    },
    async reencrypt(caller, target, items) {
      const field = fieldOf(caller, target);
      let broken = 0;
      const done: Item<{ record: string; changed: boolean }>[] = [];
      for (const { key, record, person } of items) {
        try {
          const current = await keyFor(field, person);
          const old = Buffer.from(record, 'base64');
          if (recordFacts(old).kid === current.kid) {
            done.push({ record, changed: false });
            continue;
          }
          const { bytes, used } = await openOne(field, key, old);
          ring.used(used.kid, 0, 1);
          ring.used(current.kid, 1, 0);
          const again = sealField(bytes, field.place, key, current, random);
          done.push({ record: Buffer.from(again).toString('base64'), changed: true });
        } catch (error) {
          if (error instanceof MenshenError) throw error;
          broken += 1;
          done.push({ error: error instanceof SealError ? error.code : 'seal_broken' });
        }
      }
      await note(caller, 'reseal', target, items.length, broken);
      await noteBroken(caller, target, broken);
      return done;
    },
  };
}
