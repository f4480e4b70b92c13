import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createQueue } from './queue.ts';

const full = () => new Error('full');

describe('createQueue', () => {
  it('runs every task once, never more than it has places for', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean(), fc.boolean()), { maxLength: 60 }),
        async (places, plan) => {
          const queue = createQueue(places);
          let running = 0;
          let peak = 0;
          const runs = plan.map(([turns, fails, urgent], index) =>
            queue
              .run(
                async () => {
                  running += 1;
                  peak = Math.max(peak, running);
                  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
                  running -= 1;
                  if (fails) throw index;
                  return index;
                },
                urgent,
                full,
              )
              .done.catch((reason: unknown) => reason),
          );
          expect(await Promise.all(runs)).toEqual(plan.map((_, index) => index));
          expect(peak).toBeLessThanOrEqual(places);
        },
      ),
    );
  });

  it('lets urgent tasks pass those that wait', async () => {
    const queue = createQueue(1);
    const order: string[] = [];
    const task = (name: string) => async () => void order.push(name);
    await Promise.all(
      [queue.run(task('first'), false, full), queue.run(task('second'), false, full), queue.run(task('login'), true, full)].map(
        ({ done }) => done,
      ),
    );
    expect(order).toEqual(['first', 'login', 'second']);
  });

  it('refuses a task when a thousand wait', async () => {
    const queue = createQueue(1);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const blocker = queue.run(() => released, false, full);
    const waiting = Array.from({ length: 1_000 }, () => queue.run(() => Promise.resolve(), false, full).done);
    await expect(queue.run(() => Promise.resolve(), false, full).done).rejects.toThrow('full');
    release();
    await Promise.all([blocker.done, ...waiting]);
  });

  it('takes out a task that has not begun', async () => {
    const queue = createQueue(1);
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const first = queue.run(() => released, false, full);
    const second = queue.run(() => Promise.reject(new Error('must not run')), false, full);
    expect(first.leave()).toBe(false);
    expect(second.leave()).toBe(true);
    expect(second.leave()).toBe(false);
    release();
    await first.done;
  });
});
