import type { ControlFact } from '../model.ts';
import type { ControlMark, RiskStore } from '../store.ts';

/** A counter that belongs to no switch. */
const counterOf = (name: string): string => `counter:${name}`;

export interface ControlMarks {
  /**
   * When counters moved last, by scope: a control that only counts how often it worked shows by this when it did. A counter that is seen for the first time has moved
   * now.
   */
  moved(
    name: string,
    counters: readonly (readonly [scope: string, value: string])[],
    at: number,
  ): Promise<ReadonlyMap<string, number>>;
  /**
   * Notes since when controls are on, and takes away evidence from before: what a request proved under other settings says nothing of a control that was switched on
   * after it. A control that is off is forgotten, so that it begins anew.
   */
  settle(facts: readonly ControlFact[]): Promise<readonly ControlFact[]>;
}

export function createControlMarks(store: Pick<RiskStore, 'marks' | 'putMarks'>, clock: () => number): ControlMarks {
  let known: Map<string, ControlMark> | null = null;
  const keyOf = (control: string, scope: string): string => `${control}\n${scope}`;
  const load = async (): Promise<Map<string, ControlMark>> => {
    known ??= new Map((await store.marks()).map((mark) => [keyOf(mark.control, mark.scope), mark]));
    return known;
  };
  return {
    async moved(name, counters, at) {
      const marks = await load();
      const control = counterOf(name);
      const put: ControlMark[] = [];
      const times = new Map<string, number>();
      for (const [scope, value] of counters) {
        const before = marks.get(keyOf(control, scope));
        const mark = before?.mark === value ? before : { control, scope, since: before?.since ?? at, mark: value, marked: at };
        if (mark !== before) put.push(mark);
        times.set(scope, mark.marked ?? at);
      }
      await store.putMarks(put, []);
      for (const mark of put) marks.set(keyOf(mark.control, mark.scope), mark);
      return times;
    },
    async settle(facts) {
      const marks = await load();
      // A store without marks is of a first start: what was seen until now was seen under these settings.
      const first = ![...marks.values()].some(({ control }) => !control.startsWith('counter:'));
      const at = clock();
      const put: ControlMark[] = [];
      const gone: ControlMark[] = [];
      const settled = facts.map((fact) => {
        const key = keyOf(fact.control, fact.scope);
        const mark = marks.get(key);
        if (!fact.configured) {
          if (mark !== undefined) gone.push(mark);
          return fact;
        }
        const since = mark?.since ?? (first ? 0 : at);
        if (mark === undefined) put.push({ control: fact.control, scope: fact.scope, since, mark: null, marked: null });
        return since === 0 ? fact : { ...fact, evidence: fact.evidence.filter((one) => one.at === null || one.at >= since) };
      });
      if (put.length > 0 || gone.length > 0) {
        await store.putMarks(put, gone);
        for (const mark of put) marks.set(keyOf(mark.control, mark.scope), mark);
        for (const mark of gone) marks.delete(keyOf(mark.control, mark.scope));
      }
      return settled;
    },
  };
}
