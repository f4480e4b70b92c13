import { describe, expect, it } from 'vitest';
import type { ControlFact } from '../model.ts';
import type { ControlMark } from '../store.ts';
import { createControlMarks } from './marks.ts';

/** A table of marks in memory. */
function memory() {
  const rows = new Map<string, ControlMark>();
  const key = ({ control, scope }: Pick<ControlMark, 'control' | 'scope'>): string => `${control} ${scope}`;
  return {
    rows,
    marks: async () => [...rows.values()],
    putMarks: async (put: readonly ControlMark[], gone: readonly Pick<ControlMark, 'control' | 'scope'>[]) => {
      for (const mark of put) rows.set(key(mark), mark);
      for (const one of gone) rows.delete(key(one));
    },
  };
}
const seenAt = (at: number) => ({ text: { zh: '请求', en: 'request' }, at, path: '/traffic' });
const fact = (configured: boolean, at: number): ControlFact => ({
  control: 'second_factor',
  scope: 'route:a',
  configured,
  evidence: [seenAt(at)],
});

describe('since when a control is on', () => {
  it('counts what was seen before the first start, and only what was seen after a control was switched on', async () => {
    const store = memory();
    let now = 1_000;
    const marks = createControlMarks(store, () => now);
    // First start: an inspection that has worked for long.
    const [first] = await marks.settle([{ control: 'inspection', scope: '*', configured: true, evidence: [seenAt(5)] }]);
    expect(first?.evidence).toHaveLength(1);
    // A second factor is switched on at 2000: a request of 1500 passed without one.
    now = 2_000;
    const before = await marks.settle([fact(true, 1_500)]);
    expect(before[0]?.evidence).toEqual([]);
    now = 3_000;
    expect((await marks.settle([fact(true, 2_500)]))[0]?.evidence).toHaveLength(1);
    // Off and on again, also over a restart: what was proved before is proved no more.
    await marks.settle([fact(false, 2_500)]);
    now = 4_000;
    const restarted = createControlMarks(store, () => now);
    expect((await restarted.settle([fact(true, 2_500)]))[0]?.evidence).toEqual([]);
  });

  it('sees that a counter moved, over a restart too', async () => {
    const store = memory();
    const marks = createControlMarks(store, () => 0);
    expect(await marks.moved('sealed', [['shop', '7']], 100)).toEqual(new Map([['shop', 100]]));
    expect(await marks.moved('sealed', [['shop', '7']], 200)).toEqual(new Map([['shop', 100]]));
    const restarted = createControlMarks(store, () => 0);
    expect(await restarted.moved('sealed', [['shop', '7']], 300)).toEqual(new Map([['shop', 100]]));
    expect(await restarted.moved('sealed', [['shop', '9']], 400)).toEqual(new Map([['shop', 400]]));
  });
});
