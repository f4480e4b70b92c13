import { randomBytes } from 'node:crypto';
import type { MenshenError } from '@menshen/contract';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import { factsFrom } from '../risk/facts.ts';
import { assess } from '../risk/method/assess.ts';
import { methods } from '../risk/method/functions.ts';
import type { Picture } from '../risk/service.ts';
import { seenOf } from '../risk/testing-seen.ts';
import { threats } from '../risk/threats/catalogue.ts';
import { metaMigrations } from '../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../store/testing.ts';
import { complianceAttention } from './attention.ts';
import { type ComplianceService, createComplianceService } from './service.ts';
import { createComplianceStore } from './store.ts';
import { complianceMigrations } from './tables.ts';
import { quiet } from './testing.ts';

const migrations = [...metaMigrations, ...complianceMigrations];
const day = 86_400_000;
const start = 1_800_000_000_000;
const item = 'mlps:8.1.2.1.c';
const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

interface World {
  readonly compliance: ComplianceService;
  readonly acts: string[];
  readonly gauges: Map<string, () => number>;
  now: number;
}

function worldOf(store: TestStore): World {
  const gauges = new Map<string, () => number>();
  const key = { kid: 1, key: randomBytes(32), algorithm: 'aes-256-gcm' as const };
  const world: World = {
    ...{ acts: [], gauges, now: start },
    compliance: createComplianceService({
      store: createComplianceStore(
        store,
        createKeys(randomBytes(32), (size) => randomBytes(size)),
      ),
      picture: async () => pictureAt(start),
      look: async () => quiet,
      config: () => ({ mlps: { level: 3, mobile: true }, asvs: 2, attestations: { fileBytes: 64, files: 3, days: 100 } }),
      once: async () => true,
      ring: { current: async () => key, find: async () => key, used: () => undefined },
      audit: {
        act: async (by, { activity, entity }, perform) => {
          world.acts.push(`${by} ${activity} ${entity}`);
          return await perform();
        },
        record: async (event) => world.acts.push(String(JSON.parse(event).finding_info?.title ?? 'finding')),
      },
      changed: () => undefined,
      metrics: { gauge: (name, _help, read, labels = '') => gauges.set(`${name}{${labels}}`, read) },
      clock: () => world.now,
      random: (size) => randomBytes(size),
    }),
  };
  return world;
}

function pictureAt(at: number): Picture {
  const seen = { ...seenOf([]), at };
  const facts = factsFrom(seen, { businesses: [], owners: new Map(), advisories: [] });
  return {
    ...{ seen, facts, assessment: assess(facts, threats, methods['root-product']), advisories: new Map(), businesses: [] },
    ...{ method: 'root-product', steps: async () => [], millis: 0 },
  };
}

const code = async (promise: Promise<unknown>): Promise<string> =>
  await promise.then(
    () => 'done',
    (error: MenshenError) => error.code,
  );

describeEachStore((open) => {
  const fresh = async () => {
    const store = await open({ migrations });
    return { store, world: worldOf(store) };
  };
  const stateOf = async ({ compliance }: World, id = item) => {
    const { standings } = await compliance.assess('all');
    return [...standings.values()].flat().find(({ requirement }) => requirement.id === id)?.state;
  };
  const given = { name: '拓扑.png', statement: '网络分区图', until: start + 50 * day, content: png };

  it('attests with a file that ends by itself, and then asks for it again', async () => {
    const { world } = await fresh();
    const { attestations } = world.compliance;
    expect(await stateOf(world)).toBe('gap');
    const { id, sha256 } = await attestations.attest(item, given, 'wang');
    expect(await stateOf(world)).toBe('manual');
    const { content } = await attestations.take(id, 'chen');
    expect(Buffer.from(content).equals(png)).toBe(true);
    expect(world.acts).toEqual(['wang create compliance attestation', 'chen read compliance attestation']);
    world.now = start + 30 * day;
    expect((await complianceAttention(world.compliance, world.now)).map((one) => one.id)).toEqual([
      'compliance-attestation-ending',
    ]);
    world.now = start + 51 * day;
    expect(await stateOf(world)).toBe('gap');
    const [today] = await complianceAttention(world.compliance, world.now);
    expect(today).toMatchObject({ id: 'compliance-attestation-ended', action: { to: `/compliance/${item}` } });
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('refuses files that are too large, disguised, known or too many, and ends that are past or too far', async () => {
    const { world } = await fresh();
    const { attestations } = world.compliance;
    const attest = (change: Partial<typeof given>, id = item) => code(attestations.attest(id, { ...given, ...change }, 'wang'));
    expect(await attest({}, 'mlps:9.9.9')).toBe('not_found');
    expect(await attest({ content: Buffer.alloc(65, 1) })).toBe('attestation_full');
    expect(await attest({ name: 'page.html', content: Buffer.from('<script>') })).toBe('evidence_type');
    expect(await attest({ content: Buffer.from('MZ program') })).toBe('evidence_type');
    expect(await attest({ until: start })).toBe('validation_failed');
    expect(await attest({ until: start + 101 * day })).toBe('validation_failed');
    expect(await attest({})).toBe('done');
    expect(await attest({})).toBe('conflict');
    const text = (words: string) => ({ name: 'a.txt', content: Buffer.from(words) });
    expect(await attest(text('one'))).toBe('done');
    expect(await attest(text('two'))).toBe('done');
    expect(await attest(text('three'))).toBe('attestation_full');
  });

  it('keeps files, names and statements sealed, and hands out nothing that was changed', async () => {
    const { store, world } = await fresh();
    const { attestations } = world.compliance;
    const { id } = await attestations.attest(item, given, 'wang');
    const row = await store.db.selectFrom('compliance_attestations').selectAll().executeTakeFirstOrThrow();
    for (const bytes of [row.content, row.sealed]) {
      expect(Buffer.from(bytes).includes('分区')).toBe(false);
      expect(Buffer.from(bytes).includes(png)).toBe(false);
    }
    const changed = Uint8Array.from(row.content, (byte, at) => (at === row.content.length - 1 ? byte ^ 1 : byte));
    await store.db.updateTable('compliance_attestations').set({ content: changed }).execute();
    expect(await code(attestations.take(id, 'chen'))).toBe('evidence_altered');
    expect(world.acts.at(-1)).toBe('a file of an attestation is not what was put in');
    // The file of one attestation does not open as that of another.
    const other = await attestations.attest('mlps:8.1.2.1.d', { ...given, content: Buffer.concat([png, png]) }, 'wang');
    await store.db.updateTable('compliance_attestations').set({ content: row.content }).where('id', '=', other.id).execute();
    expect(await code(attestations.take(other.id, 'chen'))).toBe('evidence_altered');
  });

  it('takes attestations back, and requirements out and in again', async () => {
    const { world } = await fresh();
    const { attestations } = world.compliance;
    const { id } = await attestations.attest(item, given, 'wang');
    expect(await attestations.withdraw(id, 'wrong file', 'wang')).toMatchObject({ withdrawn: start });
    expect(await stateOf(world)).toBe('gap');
    expect(await code(attestations.withdraw(id, 'again', 'wang'))).toBe('not_found');
    await attestations.exclude(item, { reason: 'no such zone', until: start + 10 * day }, 'wang', 'chen');
    expect(await stateOf(world)).toBe('not_applicable');
    world.now = start + 11 * day;
    expect(await stateOf(world)).toBe('gap');
    expect(await code(attestations.include(item, 'it has ended', 'wang'))).toBe('not_found');
    await attestations.exclude(item, { reason: 'no such zone', until: start + 20 * day }, 'wang', 'chen');
    await attestations.include(item, 'there is one now', 'wang');
    expect(await stateOf(world)).toBe('gap');
  });

  it('counts items by state, and how old the oldest evidence is that they rest on', async () => {
    const { world } = await fresh();
    const read = (name: string): number => world.gauges.get(name)?.() ?? -1;
    expect(read('menshen_compliance_items{framework="mlps",state="gap"}')).toBe(0);
    await world.compliance.maintain();
    const { standings } = await world.compliance.assess('all');
    const mlps = standings.get('mlps') ?? [];
    for (const state of ['met', 'stale', 'gap', 'manual', 'not_applicable'])
      expect(read(`menshen_compliance_items{framework="mlps",state="${state}"}`)).toBe(
        mlps.filter((one) => one.state === state).length,
      );
    const seen = mlps.flatMap((one) => (one.state === 'met' && one.seen !== null ? [one.seen] : []));
    world.now += 5_000;
    const age = seen.length === 0 ? 0 : Math.round((world.now - Math.min(...seen)) / 1_000);
    expect(read('menshen_compliance_evidence_oldest_seconds{framework="mlps"}')).toBe(age);
  });

  it('holds Menshen itself to what is asked, and an app only where there is one', async () => {
    const { world } = await fresh();
    expect((await world.compliance.subjects()).map(({ id }) => id)).toEqual(['all', 'platform']);
    const { standings } = await world.compliance.assess('platform');
    expect(standings.get('mlps')).toHaveLength(93);
  });
});
