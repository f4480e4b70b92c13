import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createWatch, gatewayEvent, openAuditRoom, RECORD, RecordBatch, watchRules } from '@menshen/server';
import { fieldsAt, personAt, seeded } from './audit-search/world.ts';
import { load, median, type Row } from './measure.ts';

const events = Number(process.env['MENSHEN_BENCH_EVENTS'] ?? 40_000);
const rounds = 5;
const commitEvents = 1_000;
const shipped = new URL('../../packages/server/detections/', import.meta.url).pathname;

type Fields = Parameters<typeof gatewayEvent>[0];

const randomFields = (at: number, random: (below: number) => number): Fields => fieldsAt(at, 5_000_000, random);
const start = 1_780_000_000_000;

/** What the log is full of, by who fills it. Times run as fast as a node can take requests, so that windows are as full as they get. */
const traffic: Readonly<Record<string, (at: number, random: (below: number) => number) => Fields>> = {
  'a company at work': randomFields,
  'one person, one session, 5,000 a second': (at, random) => ({
    ...randomFields(at, random),
    ...{
      time: start + Math.floor(at / 5),
      uid: personAt(7),
      session: 's00000000000000000007',
      device: 'd7',
      address: '10.1.2.3',
    },
    ...{ outcome: 'passed', status: 200, code: null },
  }),
  'one address that tries what is not there, 5,000 a second': (at, random) => ({
    ...randomFields(at, random),
    ...{ time: start + Math.floor(at / 5), uid: null, session: null, device: null, kind: null, address: '203.0.113.9' },
    ...{ app: null, route: null, action: null, path: `/old/${random(300)}`, object: null },
    ...{ outcome: 'refused', status: null, code: 'route_undeclared' },
  }),
};

/** A log on the disk as the writer makes it. */
async function makeLog(directory: string, fieldsOf: (at: number, random: (below: number) => number) => Fields): Promise<void> {
  const options = {
    directory,
    origin: 'bench.local/audit',
    signingSeed: new Uint8Array(32).fill(7),
    checkpointIntervalMs: 1_000,
  };
  const room = openAuditRoom(options, () => undefined, { index: false });
  const random = seeded(5);
  for (let at = 0; at < events; at += commitEvents) {
    const batch = new RecordBatch(2_000_000);
    for (let nth = at; nth < Math.min(events, at + commitEvents); nth += 1)
      batch.add(RECORD.entry, 0, gatewayEvent(fieldsOf(nth, random)));
    await room.handle('append', { bytes: batch.encoded() });
  }
  await room.handle('flush', null);
  await room.close();
}

/** Microseconds of this thread's processor time for an event, from the tiles on the disk to what is told. */
function follow(directory: string, rules: string): { micros: number; told: number } {
  let told = 0;
  const watch = createWatch({
    ...{ directory, snapshot: join(directory, 'no-snapshot.bin'), locate: () => null, rules: watchRules(rules) },
    tell: ({ alerts }) => {
      told += alerts.length;
    },
  });
  const before = process.threadCpuUsage();
  while (watch.step(events));
  const { user, system } = process.threadCpuUsage(before);
  return { micros: (user + system) / events, told };
}

/**
 * The detection thread over logs of the gateway: with the baselines alone, and with the Sigma rules that ship. There is no peer to name: what the
 * baselines cost alone is what rules are held against. `MENSHEN_BENCH_EVENTS` sets another number of events.
 */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(import.meta.dirname, '..', '.detection-'));
  try {
    const none = join(folder, 'no-rules');
    mkdirSync(none);
    process.stdout.write(`load average ${load()}\n`);
    const rows: Row[] = [];
    for (const [name, fieldsOf] of Object.entries(traffic)) {
      const directory = join(folder, String(rows.length));
      mkdirSync(directory);
      await makeLog(directory, fieldsOf);
      const subjects = [
        { candidate: `${name}: baselines alone`, rules: none, micros: [] as number[], told: 0 },
        { candidate: `${name}: with the rules that ship`, rules: shipped, micros: [] as number[], told: 0 },
      ];
      for (let round = 0; round < rounds; round += 1)
        for (const subject of subjects) {
          const { micros, told } = follow(directory, subject.rules);
          subject.micros.push(micros);
          subject.told = told;
        }
      for (const { candidate, micros, told } of subjects) {
        const each = median(micros);
        rows.push({ candidate, 'us/event': each.toFixed(1), 'events/s per core': Math.round(1e6 / each), 'alerts told': told });
      }
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
