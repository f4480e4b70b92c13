import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeRedis, redisPlace } from './testing.ts';

describeRedis(() => {
  it('gives out a bucket once to 200 takes that race in two processes', async () => {
    const { url, remove } = redisPlace();
    const children: ChildProcess[] = [];
    try {
      for (let at = 0; at < 2; at += 1) {
        children.push(fork(join(import.meta.dirname, 'take-child.ts'), [url, 'raced', '100', '37'], { stdio: 'inherit' }));
      }
      await Promise.all(children.map((child) => once(child, 'message')));
      const got = Promise.all(children.map(async (child) => Number((await once(child, 'message'))[0])));
      for (const child of children) child.send('go');
      const [a = 0, b = 0] = await got;
      expect(a + b).toBe(37);
    } finally {
      for (const child of children) child.kill();
      await remove();
    }
  });
});
