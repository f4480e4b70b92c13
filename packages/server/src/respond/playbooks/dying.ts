import type { PlaybookStore } from './store.ts';
import { settled, type World } from './testing.ts';

/** A process that dies: from its n-th step outside on, nothing that it awaits comes to an end. */
export class Dying {
  #left: number;
  readonly #after: boolean;
  readonly died = Promise.withResolvers<void>();

  constructor(left: number, after: boolean) {
    this.#left = left;
    this.#after = after;
  }

  /** Wraps every function of an object, also of those inside it. */
  wrap<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (of, name) => {
        const value: unknown = Reflect.get(of, name);
        if (typeof value === 'object' && value !== null) return this.wrap(value);
        if (typeof value !== 'function' || name === 'asks') return value;
        return async (...args: unknown[]): Promise<unknown> => {
          this.#left -= 1;
          if (this.#left < 0 || (this.#left === 0 && !this.#after)) return await this.#die();
          const result: unknown = await Reflect.apply(value, of, args);
          return this.#left === 0 ? await this.#die() : result;
        };
      },
    });
  }

  #die(): Promise<never> {
    this.died.resolve();
    return new Promise(() => undefined);
  }
}

/** Lets the runner of a process that dies work, with every approval given; resolves to whether it lived to the end of the run. */
export async function livesToTheEnd(
  { world, store, id }: { readonly world: World; readonly store: PlaybookStore; readonly id: string },
  doomed: { work(): Promise<unknown> },
  dying: Dying,
): Promise<boolean> {
  const over = (async () => {
    for (;;) {
      for (const [key, state] of world.approvals) if (state === 'pending') world.approvals.set(key, 'approved');
      await doomed.work();
      const run = await store.find(id);
      if (run === null || run.ended !== null) return true;
      world.now = Math.max(world.now, run.due);
    }
  })();
  const lived = await Promise.race([over, dying.died.promise.then(() => false)]);
  // What was under way in the dead process when it died may still arrive.
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  return lived;
}

/** Approves what is asked for, and lets time pass until a run is over. */
export async function finish(world: World, store: PlaybookStore, id: string): Promise<void> {
  const runner = world.runner(store);
  for (let round = 0; round < 20; round += 1) {
    for (const [key, state] of world.approvals) if (state === 'pending') world.approvals.set(key, 'approved');
    const run = await settled(world, store, runner, id);
    if (run.ended !== null) return;
    world.now += 2_000;
  }
  throw new Error('the run does not end');
}
