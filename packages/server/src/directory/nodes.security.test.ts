import { afterEach, expect, it } from 'vitest';
import { describeEachStore, type OpenTestStore } from '../store/testing.ts';
import type { SourceImage } from './model.ts';
import { userType } from './snapshot.ts';
import type { Source } from './sources.ts';
import {
  companyImage,
  deafCoordination,
  sameStore,
  sourcePerson,
  startNode,
  type TestNode,
  type TestNodeOptions,
} from './testing.ts';

const started: TestNode[] = [];
afterEach(async () => {
  for (const node of started.splice(0)) await node.revocations.stop();
});

/** Two nodes over one store. */
async function pair(open: OpenTestStore, options: Partial<TestNodeOptions> = {}): Promise<readonly [TestNode, TestNode]> {
  const first = await open();
  const second = await sameStore(open, first);
  const a = await startNode({ store: first, ...options });
  const b = await startNode({ store: second, ...options });
  started.push(a, b);
  return [a, b];
}

function source(read: () => Promise<SourceImage>): Source {
  return { id: 'wecom', kind: 'wecom', read };
}
const crowd = (count: number) =>
  Array.from({ length: count }, (_, at) => sourcePerson(`u${at}`, { phone: `1380000${String(at).padStart(4, '0')}` }));

describeEachStore((open) => {
  it('a leaver is known on the other node within a second when every broadcast is lost', async () => {
    const clock = Date.now;
    const [a, b] = await pair(open, { coordination: deafCoordination(clock), intervalMs: 500 });
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image: companyImage(crowd(8)) }, 'test');
    const heard: string[] = [];
    b.directory.subscribe(({ people }) => heard.push(...people.filter((one) => one.status !== 'active').map((one) => one.uid)));
    const left = performance.now();
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image: companyImage(crowd(7)) }, 'test');
    while (b.directory.snapshot().person('u7')?.status !== 'left' && performance.now() - left < 5_000)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(performance.now() - left).toBeLessThan(1_000);
    expect(heard).toEqual(['u7']);
    expect(a.ended).toEqual(['u7']);
  });

  it('a mover is in the new department on the other node, in decisions and in what tokens are made from', async () => {
    const [a, b] = await pair(open);
    await a.directory.changes.apply(
      { kind: 'full', source: 'wecom', image: companyImage([sourcePerson('zhang', { departments: ['3'] })]) },
      'test',
    );
    await b.revocations.poll();
    await b.directory.fresh();
    const before = b.directory.snapshot();
    expect([...(before.get(userType, 'zhang')?.ancestors ?? [])]).toContain('Menshen::Department::"2"');
    await a.directory.changes.apply(
      { kind: 'full', source: 'wecom', image: companyImage([sourcePerson('zhang', { departments: ['4'] })]) },
      'test',
    );
    await b.directory.fresh();
    const after = b.directory.snapshot();
    expect([...(after.get(userType, 'zhang')?.ancestors ?? [])]).not.toContain('Menshen::Department::"2"');
    expect([...(after.get(userType, 'zhang')?.ancestors ?? [])]).toContain('Menshen::Department::"4"');
    // The identity token is made anew whenever this number has moved.
    expect(after.version).toBeGreaterThan(before.version);
  });

  it('both nodes write at once, and nothing is lost', async () => {
    const [a, b] = await pair(open);
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image: companyImage(crowd(10)) }, 'test');
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? a : b).directory.setRoles(`u${at}`, [`role-${at}`], 'test')),
    );
    await Promise.all([a.directory.fresh(), b.directory.fresh()]);
    for (const node of [a, b])
      for (let at = 0; at < 10; at += 1) expect(node.directory.snapshot().person(`u${at}`)?.roles).toEqual([`role-${at}`]);
    const third = await startNode({ store: await sameStore(open, await open()) });
    started.push(third);
    expect(third.directory.snapshot().people.size).toBe(0);
  });

  it('a blocked person is closed out at once, stays so over the next run, and comes back only by an administrator', async () => {
    const [a, b] = await pair(open);
    const image = companyImage(crowd(3));
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image }, 'test');
    await b.directory.setBlocked('u1', true, 'lost phone', 'root');
    expect(b.ended).toEqual(['u1']);
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image }, 'test');
    expect(a.directory.snapshot().person('u1')).toMatchObject({ status: 'disabled', sourceStatus: 'active', blocked: true });
    expect(a.directory.withPhone('13800000001')).toEqual([]);
    await a.directory.setBlocked('u1', false, 'found', 'root');
    expect(a.directory.snapshot().person('u1')?.status).toBe('active');
  });

  it('a source that answers with nothing empties nothing: the change waits, with one alarm, until somebody confirms it', async () => {
    let answer = companyImage(crowd(40));
    const [a, b] = await pair(open, { sources: [source(async () => answer)] });
    await a.directory.sync('test');
    answer = companyImage(crowd(10));
    await expect(a.directory.sync('schedule')).rejects.toMatchObject({ code: 'directory_change_held' });
    await expect(b.directory.sync('schedule')).rejects.toMatchObject({
      code: 'directory_change_held',
      details: { left: 30, people: 40 },
    });
    answer = { departments: [], people: [] };
    await expect(a.directory.sync('schedule')).rejects.toMatchObject({ code: 'directory_change_held' });
    expect([...a.directory.snapshot().people.values()].filter((one) => one.status === 'active')).toHaveLength(40);
    const alarms = [...a.events, ...b.events].filter((event) => JSON.stringify(event).includes('alarm.directory_change_held'));
    expect(alarms).toHaveLength(2);
    expect(a.directory.state().error).toBe('directory_change_held');

    const held = await b.directory.held();
    expect(held).toHaveLength(1);
    expect(held[0]?.summary.totals).toMatchObject({ left: 40, people: 0 });
    const id = held[0]?.id ?? '';
    await expect(b.directory.changes.confirm(id, 30, 'root')).rejects.toMatchObject({ code: 'conflict' });
    expect(await b.directory.changes.confirm(id, 40, 'root')).toMatchObject({ left: 40, sessionsEnded: 40 });
    await expect(b.directory.changes.confirm(id, 40, 'root')).rejects.toMatchObject({ code: 'not_found' });
    await a.directory.fresh();
    expect([...a.directory.snapshot().people.values()].filter((one) => one.status === 'active')).toHaveLength(0);
    expect(b.events.some((event) => event['by'] === 'root' && event['entity'] === 'directory change')).toBe(true);
  });

  it('whoever is named as disabled is closed out even while the rest waits', async () => {
    let answer = companyImage(crowd(40));
    const [a] = await pair(open, { sources: [source(async () => answer)] });
    await a.directory.sync('test');
    answer = companyImage([{ ...sourcePerson('u0'), status: 'disabled' }, ...crowd(20).slice(1)]);
    await expect(a.directory.sync('schedule')).rejects.toMatchObject({ code: 'directory_change_held', details: { left: 20 } });
    expect(a.directory.snapshot().person('u0')?.status).toBe('disabled');
    expect(a.directory.snapshot().person('u39')?.status).toBe('active');
    expect(a.ended).toEqual(['u0']);
  });

  it('a source that fails half-way changes nothing and says so', async () => {
    let fail = false;
    const [a] = await pair(open, {
      sources: [
        source(async () => {
          if (fail) throw Object.assign(new Error('api'), { errcode: 45009 });
          return companyImage(crowd(5));
        }),
      ],
    });
    await a.directory.sync('test');
    fail = true;
    await expect(a.directory.sync('schedule')).rejects.toMatchObject({ code: 'directory_source_failed' });
    expect(a.directory.snapshot().people.size).toBe(5);
    expect((await a.directory.sources())[0]).toMatchObject({ id: 'wecom', error: 'wecom_45009', people: 5, configured: true });
    fail = false;
    await a.directory.sync('schedule');
    expect(a.directory.state().error).toBeNull();
  });

  it('a change that comes during a run is read by a run after it, shared by all who ask', async () => {
    let reads = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const [a] = await pair(open, {
      sources: [
        source(async () => {
          reads += 1;
          const mine = reads;
          if (mine === 1) await gate;
          return companyImage(crowd(mine + 1));
        }),
      ],
    });
    const first = a.directory.sync('one');
    const later = [a.directory.sync('two'), a.directory.sync('three')];
    release();
    await Promise.all([first, ...later]);
    expect(reads).toBe(2);
    expect(a.directory.snapshot().people.size).toBe(3);
  });

  it('two people become one: what is said of the first is said of the second, and the first has left', async () => {
    const [a, b] = await pair(open);
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image: companyImage([sourcePerson('zhang')]) }, 'test');
    await a.directory.changes.apply(
      {
        kind: 'full',
        source: 'csv',
        image: { departments: [], people: [sourcePerson('zhang.san', { email: 'z@example.com' })] },
      },
      'test',
    );
    await b.directory.merge('zhang.san', 'zhang', 'root');
    await a.directory.fresh();
    expect(a.directory.snapshot().person('zhang')).toMatchObject({ email: 'z@example.com', status: 'active', source: 'wecom' });
    expect(a.directory.snapshot().person('zhang.san')?.status).toBe('left');
    expect(b.ended).toEqual(['zhang.san']);
    // The next file still means the same person.
    await a.directory.changes.apply(
      {
        kind: 'full',
        source: 'csv',
        image: { departments: [], people: [sourcePerson('zhang.san', { email: 'new@example.com' })] },
      },
      'test',
    );
    expect(a.directory.snapshot().person('zhang')?.email).toBe('new@example.com');
    expect(a.directory.snapshot().person('zhang.san')?.status).toBe('left');
  });

  it('a person whom the owner let go can be released to the source that still has them', async () => {
    const [a] = await pair(open);
    await a.directory.changes.apply({ kind: 'full', source: 'wecom', image: companyImage(crowd(3)) }, 'test');
    await a.directory.put('csv', [sourcePerson('u1')], [], 'test');
    await expect(a.directory.release('u1', 'wecom', 'root')).rejects.toMatchObject({ code: 'conflict' });
    await a.directory.put('wecom', [], ['u1'], 'test');
    expect(a.directory.snapshot().person('u1')?.status).toBe('left');
    await a.directory.release('u1', 'wecom', 'root');
    expect(a.directory.snapshot().person('u1')).toMatchObject({ status: 'active', source: 'csv' });
  });
});
