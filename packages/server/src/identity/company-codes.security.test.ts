import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { createKeys } from '../keys/master.ts';
import { describeEachStore, type OpenTestStore } from '../store/testing.ts';
import { createCompanyCodes } from './company-codes.ts';
import { createIdentityStore } from './store.ts';

const hour = 3_600_000;

async function createBench(open: OpenTestStore) {
  let now = 1_767_225_600_000;
  const clock = (): number => now;
  const store = await open({ clock });
  const codes = createCompanyCodes({
    store: createIdentityStore(store, createKeys(new Uint8Array(32).fill(5), randomBytes)),
    directory: { snapshot: () => ({ person: () => ({ status: 'active' }) }) } as never,
    audit: { record: async () => 0 } as never,
    clock,
    random: randomBytes,
  });
  return { codes, store, advance: (ms: number) => (now += ms) };
}

describeEachStore((open) => {
  it('a code is for one purpose, one person and one use', async () => {
    const { codes } = await createBench(open);
    const bind = await codes.issue('zhang', 'bind', 'root');
    const enrol = await codes.issue('zhang', 'enrol', 'root');
    expect([await codes.useToEnrol(bind.code, 'zhang'), await codes.useToBind(enrol.code)]).toEqual([false, null]);
    expect(await codes.useToEnrol(enrol.code, 'li')).toBe(false);
    const uses = await Promise.all(Array.from({ length: 20 }, () => codes.useToEnrol(enrol.code, 'zhang')));
    expect(uses.filter(Boolean)).toHaveLength(1);
    expect([await codes.useToBind(bind.code), await codes.useToBind(bind.code)]).toEqual(['zhang', null]);
  });

  it('a code is read however it is typed, and lies hashed', async () => {
    const { codes, store } = await createBench(open);
    const { code } = await codes.issue('zhang', 'enrol', 'root');
    expect(code).toMatch(/^[A-HJKMNP-TV-Z2-9]{12}$/);
    expect(JSON.stringify(await store.db.selectFrom('company_codes').selectAll().execute())).not.toContain(code);
    expect(await codes.useToEnrol(` ${code.slice(0, 4)}-${code.slice(4).toLowerCase()} `, 'zhang')).toBe(true);
  });

  it('a code that was handed out lasts a day and ends the one before; one that was sent lasts half an hour and ends none', async () => {
    const { codes, advance } = await createBench(open);
    const first = await codes.issue('zhang', 'enrol', 'root');
    const second = await codes.issue('zhang', 'enrol', 'root');
    const sent = await codes.issue('zhang', 'enrol', 'zhang');
    expect(await codes.useToEnrol(first.code, 'zhang')).toBe(false);
    advance(hour / 2);
    expect(await codes.useToEnrol(sent.code, 'zhang')).toBe(false);
    advance(24 * hour - hour / 2 - 1);
    expect(await codes.useToEnrol(second.code, 'zhang')).toBe(true);
    const third = await codes.issue('zhang', 'enrol', 'root');
    advance(24 * hour);
    expect(await codes.useToEnrol(third.code, 'zhang')).toBe(false);
  });
});
