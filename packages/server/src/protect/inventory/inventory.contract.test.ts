import { expect, it } from 'vitest';
import type { RequestContext } from '../../gateway/context.ts';
import type { MaskedField } from '../../gateway/mask-fields.ts';
import { Metrics } from '../../gateway/metrics.ts';
import { metaMigrations } from '../../store/meta-tables.ts';
import { describeEachStore, type TestStore } from '../../store/testing.ts';
import { compileDisclosure } from '../disclosure/rules.ts';
import { createInventoryService } from './service.ts';
import { createInventoryStore } from './store.ts';
import { inventoryMigrations } from './tables.ts';

const day = 86_400_000;
const start = 1_767_225_600_000;
const person = { app: 'portal', route: 'GET /people', field: 'items[].mobile' };

describeEachStore((open) => {
  const migrations = [...metaMigrations, ...inventoryMigrations];
  const acts: unknown[] = [];
  const node = (store: TestStore, now: { at: number }) => {
    const values: number[] = [];
    const service = createInventoryService({
      store: createInventoryStore(store),
      audit: {
        act: (_by: string, act: unknown, perform: () => Promise<unknown>) => {
          acts.push(act);
          return perform();
        },
      } as never,
      metrics: new Metrics(),
      clock: () => now.at,
      key: new Uint8Array(32),
      read: (read) => values.push(read.values),
      later: () => undefined,
    });
    const show = (
      uid: string | null,
      body: unknown,
      more: { masks?: MaskedField[]; route?: string; type?: string; values?: number } = {},
    ) => {
      const route = { match: more.route ?? 'GET /people', disclosure: compileDisclosure([], []) };
      if (!routes.has(route.match)) routes.set(route.match, route);
      const context = {
        app: { id: 'portal' },
        route: routes.get(route.match),
        session: uid === null ? null : { person: { uid } },
        id: 'r_00000001',
      } as unknown as RequestContext;
      const bytes = Buffer.from(JSON.stringify(body));
      const headers = { 'content-type': more.type ?? 'application/json' };
      service.offer(
        context,
        { status: 200, headers, chunks: [bytes], length: bytes.length, pump: null },
        more.masks ?? [],
        more.values ?? 0,
      );
      now.at += 300;
    };
    const routes = new Map<string, unknown>();
    return { service, show, values };
  };
  const body = { items: [{ name: '张三', mobile: '13800138000' }] };

  it('fills itself from answers, on several nodes, and stays over a restart', async () => {
    const store = await open({ migrations });
    const now = { at: start };
    const [a, b] = [node(store, now), node(store, now)];
    for (const uid of ['li', 'wang', 'li']) a.show(uid, body);
    for (const uid of ['li', 'zhao']) b.show(uid, body);
    await a.service.flush();
    await b.service.flush();
    const [phone, name] = await node(store, now).service.list();
    expect(phone).toMatchObject({
      ...person,
      kind: 'phone',
      level: 3,
      answers: 5,
      values: 5,
      shown: 5,
      first: start,
      readers: 3,
    });
    expect(name).toMatchObject({ field: 'items[].name', kind: 'name', level: 2 });
    const [today] = await a.service.readers(person, 7);
    expect(today).toMatchObject({ people: 3, day: start });
    expect(today?.top.map(({ count }) => count)).toEqual([3, 1, 1]);
    // Neither a value nor a person can be found in what is kept, and a tag is another one the next day.
    const kept = JSON.stringify([
      await store.db.selectFrom('data_fields').selectAll().execute(),
      await store.db.selectFrom('data_readers').selectAll().execute(),
    ]);
    for (const secret of ['13800138000', '张三', 'wang', 'zhao']) expect(kept).not.toContain(secret);
    now.at = start + day;
    a.show('li', body);
    const days = await a.service.readers(person, 7);
    expect(days).toHaveLength(2);
    expect(days[0]?.top[0]?.tag).not.toBe(days[1]?.top[0]?.tag);
  });

  it('tells masked from shown, and counts only readers who saw something', async () => {
    const now = { at: start };
    const one = node(await open({ migrations }), now);
    const masks: MaskedField[] = [
      { path: 'mobile', as: 'phone' },
      { path: 'items.name', as: 'name' },
    ];
    for (const uid of ['li', 'wang']) one.show(uid, body, { masks });
    expect((await one.service.list())[0]).toMatchObject({ ...person, answers: 2, shown: 0, lastShown: null, readers: 0 });
    one.show('li', body);
    expect((await one.service.list())[0]).toMatchObject({ answers: 3, shown: 1, lastShown: start + 600, readers: 1 });
  });

  it('is corrected by administrators, and what they say wins over what is seen later', async () => {
    const now = { at: start };
    const one = node(await open({ migrations }), now);
    one.show('li', body);
    const said = { owner: 'HR', note: 'a switchboard', by: 'anquan' };
    await expect(
      one.service.correct({ ...person, field: 'nothing', kind: null, level: null, notPersonal: false, ...said }),
    ).rejects.toMatchObject({
      code: 'not_found',
    });
    await one.service.correct({ ...person, kind: 'name', level: 4, notPersonal: false, ...said });
    one.show('li', body);
    const [first] = await one.service.list();
    expect(first).toMatchObject({
      ...person,
      kind: 'name',
      seenKind: 'phone',
      level: 4,
      answers: 2,
      correction: { owner: 'HR', at: start + 300 },
    });
    await one.service.correct({ ...person, kind: null, level: null, notPersonal: true, ...said });
    expect((await one.service.list()).find(({ field }) => field === person.field)).toMatchObject({ kind: 'phone', level: 1 });
    expect(acts).toHaveLength(2);
    acts.length = 0;
  });

  it('looks into so many answers a second, lets no route take the place of another, and still counts every value', async () => {
    const now = { at: start };
    const one = node(await open({ migrations }), now);
    const flood = (route: string): void => {
      for (let at = 0; at < 50; at += 1) {
        one.show('li', body, { route, values: 1 });
        now.at -= 300;
      }
    };
    for (const route of ['GET /a', 'GET /b', 'GET /c']) flood(route);
    const fields = await one.service.list();
    expect(fields.filter(({ kind }) => kind === 'phone').map(({ answers }) => answers)).toEqual([4, 4, 4]);
    expect(one.values).toHaveLength(150);
  });

  it('leaves alone what is no JSON, encoded, streamed or large', async () => {
    const one = node(await open({ migrations }), { at: start });
    one.show('li', body, { type: 'text/html' });
    one.show('li', { items: [{ mobile: '13800138000', rest: 'x'.repeat(140_000) }] });
    expect(await one.service.list()).toEqual([]);
  });

  it('bounds the fields of a route', async () => {
    const now = { at: start };
    const one = node(await open({ migrations }), now);
    const letters = 'abcdefghijklmnopqrstuvwxyz';
    for (let at = 0; at < 10; at += 1) {
      const answer = Object.fromEntries(
        Array.from({ length: 50 }, (_, n) => [`${letters[at]}${letters[n % 26]}${letters[Math.floor(n / 26)]}`, '13800138000']),
      );
      one.show('li', answer);
    }
    expect(await one.service.list()).toHaveLength(300);
  });
});
