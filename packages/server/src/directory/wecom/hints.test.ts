import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createContactHints } from './hints.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function hints(fail = false) {
  const read: string[] = [];
  const errors: unknown[] = [];
  const made = createContactHints({
    settleMs: 500,
    readAll: async () => read.push('everything'),
    readOne: async (userid) => {
      if (fail) throw new Error('away');
      read.push(userid);
    },
    onError: (error) => errors.push(error),
  });
  return { ...made, read, errors };
}

it('reads the people whom several callbacks name, once each, when it is quiet', async () => {
  const { take, read } = hints();
  take({ kind: 'people', userids: ['a'] });
  take({ kind: 'people', userids: ['b', 'a'] });
  await vi.advanceTimersByTimeAsync(499);
  expect(read).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(read).toEqual(['a', 'b']);
  take({ kind: 'people', userids: ['a'] });
  await vi.advanceTimersByTimeAsync(500);
  expect(read).toEqual(['a', 'b', 'a']);
});

it('reads everything when a department changed, when many people did, and when one of them could not be read', async () => {
  for (const [fail, list] of [
    [false, [{ kind: 'people', userids: ['a'] }, { kind: 'company' }]],
    [false, Array.from({ length: 5_000 }, (_, at) => ({ kind: 'people' as const, userids: [`u${at}`] }))],
    [true, [{ kind: 'people', userids: ['a'] }]],
  ] as const) {
    const { take, read } = hints(fail);
    for (const hint of list) take(hint);
    await vi.advanceTimersByTimeAsync(500);
    expect(read).toEqual(['everything']);
  }
});

it('reads nothing any more when it is stopped', async () => {
  const { take, stop, read } = hints();
  take({ kind: 'company' });
  stop();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(read).toEqual([]);
});
