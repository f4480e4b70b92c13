import type { Clock } from '../clock.ts';
import { type RandomBytes, randomFraction } from '../random.ts';

/** What a fault does to a call: waits, answers an HTTP status or an errcode instead of the real answer, or cuts the connection. */
export type FaultEffect =
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'errcode'; readonly errcode: number; readonly errmsg?: string | undefined }
  | { readonly kind: 'drop' };

export interface FaultRule {
  readonly effect: FaultEffect;
  /** Exact path, or a prefix that ends in `*`; every platform path when absent. */
  readonly path?: string | undefined;
  /** How many calls it strikes before it ends; without end when absent. */
  readonly count?: number | undefined;
  /** 0..1; 1 when absent. */
  readonly probability?: number | undefined;
}

export interface ActiveFault extends FaultRule {
  readonly id: number;
  readonly createdAt: number;
  readonly struck: number;
}

export interface Faults {
  add(rule: FaultRule): ActiveFault;
  list(): readonly ActiveFault[];
  /** Removes one, or all. Returns how many. */
  remove(id?: number): number;
  /** The effects that strike a call to `path`; each one is counted. At most one latency and one other effect. */
  strike(path: string): readonly FaultEffect[];
}

const maxFaults = 100;

/** Throws RangeError when a hundred faults are active. */
export function createFaults(clock: Clock, random: RandomBytes): Faults {
  let faults: (ActiveFault & { struck: number })[] = [];
  let lastId = 0;

  function matches(fault: FaultRule, path: string): boolean {
    if (fault.path === undefined) return true;
    return fault.path.endsWith('*') ? path.startsWith(fault.path.slice(0, -1)) : path === fault.path;
  }

  return {
    add(rule) {
      if (faults.length >= maxFaults) throw new RangeError('too many active faults');
      lastId += 1;
      const fault = { ...rule, id: lastId, createdAt: clock(), struck: 0 };
      faults.push(fault);
      return fault;
    },
    list: () => faults,
    remove(id) {
      const before = faults.length;
      faults = id === undefined ? [] : faults.filter((fault) => fault.id !== id);
      return before - faults.length;
    },
    strike(path) {
      const effects: FaultEffect[] = [];
      for (const fault of faults) {
        const taken = effects.some((effect) => (effect.kind === 'latency') === (fault.effect.kind === 'latency'));
        if (taken || !matches(fault, path)) continue;
        if (fault.probability !== undefined && randomFraction(random) >= fault.probability) continue;
        fault.struck += 1;
        effects.push(fault.effect);
      }
      faults = faults.filter((fault) => fault.count === undefined || fault.struck < fault.count);
      return effects;
    },
  };
}
