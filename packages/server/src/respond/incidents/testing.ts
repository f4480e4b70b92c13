import { type IncidentsConfig, incidentsSchema } from '@menshen/contract';
import { auditLogMigrations } from '../../audit/registry/tables.ts';
import type { Act } from '../../audit/service.ts';
import { createKeys } from '../../keys/master.ts';
import type { NewNotice } from '../../notify/model.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import type { OpenTestStore, TestStore } from '../../store/testing.ts';
import type { RecoverySources } from '../recovery/evidence.ts';
import { createIncidents, type Incidents } from './incidents.ts';
import type { NewIncident } from './model.ts';
import { incidentMigrations } from './tables.ts';

export interface TestIncidents extends Incidents {
  readonly store: TestStore;
  /** Events of the log by their index. */
  readonly log: string[];
  readonly notices: NewNotice[];
  /** Acts that are of no timeline. */
  readonly acts: Act[];
  readonly now: { at: number };
  /** What the log does with the next record: nothing, or fail. */
  readonly audit: { failing: 'none' | 'intent' | 'record' };
  /** Another node beside the same store, which writes the same log, or one of its own. */
  node(origin?: string, log?: string[]): Incidents;
}

/** Origin of the log of a test. */
export const testOrigin = 'node-1.example.com/audit';
export const testStart = Date.UTC(2026, 10, 26, 8, 0, 0);

/** Incidents over a store of a test, with a log that is a list, a clock that stands and a ring of one key. */
export async function startTestIncidents(
  open: OpenTestStore,
  config: object = {},
  options: { readonly recovery?: RecoverySources } = {},
): Promise<TestIncidents> {
  const store = await open({ migrations: [...metaMigrations, ...auditLogMigrations, ...incidentMigrations] });
  const now = { at: testStart };
  const shared: string[] = [];
  const notices: NewNotice[] = [];
  const acts: Act[] = [];
  const audit = { failing: 'none' as 'none' | 'intent' | 'record' };
  let drawn = 0;
  const random = (size: number): Uint8Array => {
    drawn += 1;
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at += 1) bytes[at] = (drawn * 7_919 + at * 104_729 + (drawn >> 8)) & 255;
    new DataView(bytes.buffer).setUint32(0, drawn);
    return bytes;
  };
  const parsed: IncidentsConfig = incidentsSchema.parse(config);
  const key = { kid: 7, algorithm: 'aes-256-gcm', key: new Uint8Array(32).fill(9) } as const;
  const refuse = (when: 'intent' | 'record'): void => {
    if (audit.failing === when) throw new Error('the log cannot be written');
  };
  const node = (origin = testOrigin, log: string[] = shared): Incidents =>
    createIncidents({
      origin,
      store,
      keys: createKeys(new Uint8Array(32).fill(5), random),
      ring: { current: async () => key, find: async (_, kid) => (kid === key.kid ? key : null), used: () => undefined },
      config: () => parsed,
      audit: {
        intent: () => ({ id: 1, durable: Promise.resolve().then(() => refuse('intent')) }),
        async record(event) {
          refuse('record');
          return log.push(event) - 1;
        },
        async act(_by, act, perform) {
          acts.push(act);
          return await perform();
        },
      },
      notify: {
        async send(notice) {
          notices.push(notice);
          return 'n';
        },
      },
      metrics: { add: () => undefined },
      changed: () => undefined,
      alert: async () => Promise.reject(new Error('no alerts here')),
      openAlerts: async () => [],
      recovery: options.recovery ?? {
        ...{ finding: async () => null, fixedFindings: async () => [], releases: async () => [], isClean: () => false },
        ...{
          drills: async () => [],
          restores: async () => [],
          measures: async () => [],
          logged: async () => null,
          changes: async () => [],
        },
      },
      logged: async (index) => JSON.parse(log[index] ?? 'null') as unknown,
      clock: () => now.at,
      random,
    });
  return { ...node(), store, log: shared, notices, acts, now, audit, node };
}

let refs = 0;
/** A fact about somebody; each a source of its own. */
export function fact(changes: Partial<NewIncident> = {}): NewIncident {
  refs += 1;
  return {
    source: { kind: 'alert', ref: `ref-${refs}` },
    ...{ severity: 'high', title: { zh: '登录异常', en: 'Strange login' }, text: { zh: '细节', en: 'Details' } },
    ...{ subjects: [{ kind: 'user', value: 'zhang-san.1' }], occurred: null, detected: testStart, by: 'menshen' },
    ...changes,
  };
}
