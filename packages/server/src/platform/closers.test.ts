import { expect, it } from 'vitest';
import { CloseTimeout, createClosers } from './closers.ts';

it('what does not answer at its close keeps nothing else from closing, and is named by where it was opened', async () => {
  const closed: string[] = [];
  const closers = createClosers(20);
  closers.add(() => void closed.push('log'));
  closers.add(() => new Promise(() => undefined));
  closers.add(() => Promise.reject(new Error('away')));
  closers.add(async () => void closed.push('gateway'));
  await expect(closers.run()).rejects.toThrow('away');
  expect(closed).toEqual(['gateway', 'log']);
  closers.add(() => new Promise(() => undefined));
  const late: unknown = await closers.run().catch((error: unknown) => error);
  expect(late).toBeInstanceOf(CloseTimeout);
  expect((late as CloseTimeout).cause).toMatchObject({ stack: expect.stringContaining('closers.test.ts') });
});

it('what has a limit of its own has that', async () => {
  const closers = createClosers(1);
  const closed: string[] = [];
  closers.add(async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    closed.push('slow');
  }, 60_000);
  await closers.run();
  expect(closed).toEqual(['slow']);
});
