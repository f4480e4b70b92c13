import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gatewayEvent, openIndex, openIndexForWriting, openIndexRows } from '@menshen/server';
import { addressAt, fieldsAt, orders, people, personAt, seeded, timeAt } from './audit-search/world.ts';
import { load, type Row } from './measure.ts';

const events = Number(process.env['MENSHEN_BENCH_EVENTS'] ?? 5_000_000);
/** A folder that keeps the index for the next run; without it a new one is made and removed. */
const kept = process.env['MENSHEN_BENCH_INDEX'];
const batch = 4_096;
const questions = 200;
/** What a page of the console asks for: fifty rows and one more, which says whether there are others. */
const pageRows = 51;

type Filter = Parameters<ReturnType<typeof openIndex>['rows']>[0];

/** The ways in which people search, each with other values every time. */
const kinds: Readonly<Record<string, (random: (below: number) => number) => Filter>> = {
  'newest, no filter': () => ({}),
  'no requests (security events)': () => ({ requests: false }),
  person: (random) => ({ uid: personAt(random(people)) }),
  'person that is not there': (random) => ({ uid: `nobody-${random(1_000_000)}` }),
  address: (random) => ({ address: addressAt(random(people)) }),
  'object, id and type': (random) => ({ objectType: 'Portal::Order', object: String(random(orders)) }),
  'object, id alone': (random) => ({ object: String(random(orders)) }),
  'object that is a person': (random) => ({ objectType: 'Menshen::User', object: personAt(random(people)) }),
  'object type': () => ({ objectType: 'Coupon::Campaign' }),
  'object and person': (random) => ({ object: String(random(orders)), uid: personAt(random(people)) }),
  'reason, a rare one': () => ({ code: 'request_blocked' }),
  'reason and person': (random) => ({ code: 'not_permitted', uid: personAt(random(people)) }),
  'time, an hour': (random) => {
    const from = timeAt(random(events), events);
    return { from, to: from + 3_600_000 };
  },
  'time and person': (random) => {
    const from = timeAt(random(events), events);
    return { from, to: from + 86_400_000, uid: personAt(random(people)) };
  },
  'text, frequent': () => ({ q: 'approve' }),
  'text, one in two million': (random) => ({ q: `salary-${random(900)}` }),
  'text, part of an id': (random) => ({ q: `/orders/${100_000 + random(300_000)}` }),
  'text that is not there': (random) => ({ q: `payroll${random(1_000)}` }),
  'text and person': (random) => ({ q: 'approve', uid: personAt(random(people)) }),
};

function makeIndex(path: string): { seconds: number; cpuMicros: number } {
  const database = openIndexForWriting(path);
  if (database === null) throw new Error('the index cannot be made');
  const rows = openIndexRows(database, 0);
  const random = seeded(7);
  const encoder = new TextEncoder();
  let nanoseconds = 0n;
  let cpu = 0;
  while (rows.size < events) {
    const count = Math.min(batch, events - rows.size);
    const entries = Array.from({ length: count }, (_, at) =>
      encoder.encode(gatewayEvent(fieldsAt(rows.size + at, events, random))),
    );
    const before = process.hrtime.bigint();
    const used = process.threadCpuUsage();
    database.exec('BEGIN');
    rows.add(entries);
    database.exec('COMMIT');
    const { user, system } = process.threadCpuUsage(used);
    cpu += user + system;
    nanoseconds += process.hrtime.bigint() - before;
  }
  database.close();
  return { seconds: Number(nanoseconds) / 1e9, cpuMicros: cpu / events };
}

/**
 * Search of the audit log's index: how long the first page takes, for each way of searching, over an index of five million events made by the
 * code that makes it in the product. `MENSHEN_BENCH_EVENTS` sets another number.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = kept ?? mkdtempSync(join(import.meta.dirname, '..', '.audit-search-'));
  const path = join(folder, 'index.db');
  try {
    if (statSync(path, { throwIfNoEntry: false }) === undefined) {
      const made = makeIndex(path);
      const bytes = statSync(path).size / events;
      process.stdout.write(
        `${events} events indexed in ${made.seconds.toFixed(0)} s, ${made.cpuMicros.toFixed(1)} us CPU and ${bytes.toFixed(0)} bytes each\n`,
      );
    }
    process.stdout.write(`load average ${load()}\n`);
    const index = openIndex(folder);
    const table = Object.entries(kinds).map(([candidate, filterOf]) => {
      const random = seeded(11);
      const times: number[] = [];
      const cpu: number[] = [];
      let found = 0;
      const until = performance.now() + 60_000;
      while (times.length < questions && performance.now() < until) {
        const filter = filterOf(random);
        const before = performance.now();
        const used = process.threadCpuUsage();
        found += index.rows(filter, pageRows).length;
        times.push(performance.now() - before);
        const { user, system } = process.threadCpuUsage(used);
        cpu.push((user + system) / 1_000);
      }
      const at = (share: number, of = times.toSorted((a, b) => a - b)) =>
        Number((of[Math.ceil(of.length * share) - 1] ?? 0).toFixed(1));
      return {
        candidate,
        'p50 ms': at(0.5),
        'p95 ms': at(0.95),
        'max ms': at(1),
        // What a busy machine does to a clock, it does less to this.
        'p95 CPU ms': at(
          0.95,
          cpu.toSorted((a, b) => a - b),
        ),
        'rows a page': Math.round(found / times.length),
        questions: times.length,
      };
    });
    index.close();
    return table;
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}
