import { describe, expect, it } from 'vitest';
import { buildLog } from '../../../test/fake/log.ts';
import { withBoxes } from '../../api/direction-marks.ts';
import { knownKeysKey, knownLogKey } from './known-keys.ts';
import { type CheckName, type EntryEvidence, verifyEntry } from './verify-entry.ts';

const events = Array.from({ length: 11 }, (_, at) => ({ time: at, text: `事件 ${at}`, nested: { list: [at, null, true] } }));
const log = buildLog(events);
const other = buildLog(events.map((event) => ({ ...event, time: event.time + 1 })));

const evidenceOf = (index: number, change: Partial<EntryEvidence> = {}): EntryEvidence => ({
  index,
  event: events[index] ?? {},
  entry: log.entry(index),
  proof: log.proof(index),
  vkey: log.vkey,
  knownKey: null,
  ...change,
});

async function failing(evidence: EntryEvidence): Promise<readonly CheckName[]> {
  return (await verifyEntry(evidence)).filter((check) => check.state !== 'passed').map((check) => check.name);
}

describe('verifyEntry', () => {
  it.each(events.map((_, index) => index))('proves entry %d', async (index) => {
    expect(await failing(evidenceOf(index))).toEqual([]);
  });

  it('proves an entry of signs that nobody sees: the page has boxes for them', async () => {
    const hidden = buildLog([{ path: '/\u202efdp.exe\u200b', agent: 'a\u2067b' }, { path: '/x' }]);
    const event = JSON.parse(withBoxes(JSON.stringify({ path: '/\u202efdp.exe\u200b', agent: 'a\u2067b' })));
    const evidence = { index: 0, entry: hidden.entry(0), proof: hidden.proof(0), vkey: hidden.vkey, knownKey: null };
    expect(await failing({ ...evidence, event })).toEqual([]);
    expect(await failing({ ...evidence, event: { ...event, path: '/fdp.exe' } })).toEqual(['entry']);
  });

  it('sees an event that is shown otherwise than it stands in the log', async () => {
    expect(await failing(evidenceOf(3, { event: { ...events[3], time: 99 } }))).toEqual(['entry']);
    expect(await failing(evidenceOf(3, { event: { ...events[3], more: 1 } }))).toEqual(['entry']);
    expect(
      await failing(evidenceOf(3, { event: { time: 3, text: '事件 3', nested: { list: { 0: 3, 1: null, 2: true } } } })),
    ).toEqual(['entry']);
  });

  it('sees an entry that the log does not hold', async () => {
    const forged = { ...events[3], time: 99 };
    const entry = Buffer.from(JSON.stringify(forged)).toString('base64');
    expect(await failing(evidenceOf(3, { event: forged, entry }))).toEqual(['inclusion']);
  });

  it('sees an entry of another place', async () => {
    expect(await failing(evidenceOf(3, { proof: log.proof(4) }))).toEqual(['place', 'inclusion']);
  });

  it('sees a checkpoint that another log, or nobody, has signed', async () => {
    expect(await failing(evidenceOf(3, { proof: other.proof(3) }))).toEqual(['inclusion']);
    const size = log.proof(3).replace(/\n11\n/, '\n12\n');
    expect(await failing(evidenceOf(3, { proof: size }))).toEqual(['signature', 'place', 'inclusion']);
  });

  it('sees a key whose id is not its own, and a key that has changed', async () => {
    expect(await failing(evidenceOf(3, { vkey: log.vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+') }))).toEqual([
      'key',
      'known',
      'signature',
      'place',
      'inclusion',
    ]);
    expect(await failing(evidenceOf(3, { knownKey: 'another key' }))).toEqual(['known']);
  });

  it.each(['', 'x', 'c2sp.org/tlog-proof@v1\nindex 3\n\n'])(
    'passes nothing on a proof that cannot be read: %j',
    async (proof) => {
      expect(await failing(evidenceOf(3, { proof }))).toEqual(['signature', 'place', 'inclusion']);
    },
  );

  it('passes nothing on an entry that cannot be read', async () => {
    expect(await failing(evidenceOf(3, { entry: '%%%' }))).toEqual(['entry', 'leaf', 'inclusion']);
  });
});

describe('knownLogKey', () => {
  it('keeps the first key of a log and goes on giving it', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(knownLogKey(storage, 'a', 'k1')).toBeNull();
    expect(knownLogKey(storage, 'a', 'k2')).toBe('k1');
    expect(knownLogKey(storage, '__proto__', 'k3')).toBeNull();
    kept.set(knownKeysKey, '{');
    expect(knownLogKey(storage, 'a', 'k4')).toBeNull();
  });
});
