import { createHash } from 'node:crypto';
import { MenshenError, type RetentionClass, type RetentionConfig, retentionClasses } from '@menshen/contract';
import type { Audit } from '../audit/service.ts';
import type { Store } from '../store/store.ts';
import type { AgedRows } from './holding.ts';
import { dayMs, newId } from './model.ts';

/** What one class of data is kept by. */
export interface RetentionTarget {
  readonly rows: AgedRows;
  /** Null where the rows carry their own end: then they are due when it has passed. */
  readonly days: ((config: RetentionConfig) => number) | null;
  /** What the law leaves at least. */
  readonly least: number | null;
}

export interface RetentionRuleView {
  readonly name: RetentionClass;
  readonly days: number | null;
  readonly leastDays: number | null;
  readonly deletes: boolean;
  readonly due: number;
  readonly rows: number;
}

export interface RetentionRunView {
  readonly id: string;
  readonly at: number;
  readonly by: string;
  readonly dry: boolean;
  readonly results: readonly { readonly name: RetentionClass; readonly removed: number; readonly left: number }[];
  readonly proof: string;
}

export interface Retention {
  rules(): Promise<readonly RetentionRuleView[]>;
  runs(): Promise<readonly RetentionRunView[]>;
  /** Throws `retention_running`. */
  run(options: { readonly dry: boolean; readonly compact: boolean; readonly by: string }): Promise<RetentionRunView>;
  /** Once a day, on one node. */
  maintain(): Promise<void>;
}

export interface RetentionParts {
  readonly store: Store;
  readonly targets: Readonly<Record<Exclude<RetentionClass, 'audit'>, RetentionTarget>>;
  readonly config: () => RetentionConfig;
  /** How many entries the audit log has. */
  readonly logSize: () => Promise<number>;
  readonly audit: Audit;
  readonly once: (key: string, ms: number) => Promise<boolean>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const shownRuns = 30;

/** Deletes what is older than the rules say, and looks again (PIPL article 19). */
export function createRetention(parts: RetentionParts): Retention {
  const { store, targets, config, audit, clock, random } = parts;
  const { db } = store;
  const classes = retentionClasses.filter((name): name is Exclude<RetentionClass, 'audit'> => name !== 'audit');
  const before = ({ days }: RetentionTarget): number => clock() - (days === null ? 0 : days(config()) * dayMs);
  let running = false;

  const results = async (dry: boolean): Promise<{ name: RetentionClass; removed: number; left: number }[]> => {
    const all: { name: RetentionClass; removed: number; left: number }[] = [];
    for (const name of classes) {
      const target = targets[name];
      const limit = before(target);
      const { due } = await target.rows.count(limit);
      if (!dry && due > 0) await target.rows.remove(limit);
      // Looked at again: what is left is the proof.
      const left = dry ? due : (await target.rows.count(limit)).due;
      all.push({ name, removed: dry ? 0 : due - left, left });
    }
    return all;
  };

  const retention: Retention = {
    async rules() {
      const rules: RetentionRuleView[] = [];
      for (const name of classes) {
        const target = targets[name];
        const { due, rows } = await target.rows.count(before(target));
        const days = target.days === null ? null : target.days(config());
        rules.push({ name, days, leastDays: target.least, deletes: true, due, rows });
      }
      rules.push({ name: 'audit', days: config().audit, leastDays: 180, deletes: false, due: 0, rows: await parts.logSize() });
      return rules;
    },
    async runs() {
      const rows = await db.selectFrom('privacy_retention_runs').selectAll().orderBy('at', 'desc').limit(shownRuns).execute();
      return rows.map(({ dry, results: found, ...rest }) => ({ ...rest, dry: dry === 1, results: JSON.parse(found) }));
    },
    async run({ dry, compact, by }) {
      if (running) throw new MenshenError('retention_running');
      running = true;
      try {
        const id = newId('rr', random);
        const act = { activity: dry ? 'read' : 'delete', entity: 'retention', detail: { id, dry: dry ? 'yes' : 'no' } } as const;
        const view = await audit.act(by, act, async (): Promise<RetentionRunView> => {
          const found = await results(dry);
          const tables = ['sessions', 'sightings', 'factor_devices', 'privacy_consents', 'privacy_requests', 'privacy_exports'];
          const storage = dry ? null : await store.scrub(tables, compact);
          const proof = JSON.stringify({ engine: store.kind, storage, left: found.reduce((sum, { left }) => sum + left, 0) });
          return { id, at: clock(), by, dry, results: found, proof };
        });
        const { results: found, ...row } = view;
        await db
          .insertInto('privacy_retention_runs')
          .values({ ...row, dry: Number(dry), results: JSON.stringify(found) })
          .execute();
        const digest = createHash('sha256').update(JSON.stringify(view)).digest('hex');
        const detail = { id, removed: found.reduce((sum, { removed }) => sum + removed, 0), run: digest };
        await audit.act(by, { activity: 'create', entity: 'retention proof', detail }, async () => undefined);
        return view;
      } finally {
        running = false;
      }
    },
    async maintain() {
      // One night, one run: the first node to look takes the day.
      if (!(await parts.once(`retention:${Math.floor(clock() / dayMs)}`, dayMs))) return;
      await retention.run({ dry: false, compact: false, by: 'schedule' });
    },
  };
  return retention;
}
