import { writeSync } from 'node:fs';
import { startWriter } from '../../writer/client.ts';
import { createAudit } from '../service.ts';
import { testRoomOptions } from '../testing.ts';

/*
 * For tests: a process that records as fast as it can until it is killed, and tells on its standard output what has been
 * acknowledged, a line each: `entry N INDEX`, `intent N`, `outcome N INDEX`. With a third argument it shares the log under that number,
 * and tells when it has become the owner: `owner`.
 */
const [directory = '', start = '0', shared] = process.argv.slice(2);
const member = shared === undefined ? {} : { member: Number(shared) };
const writer = await startWriter({ audit: testRoomOptions(directory, { checkpointIntervalMs: 20, ...member }) });
const audit = createAudit({ writer, clock: Date.now, ...member });
writer.listen('audit', (notice, payload) => {
  if (notice === 'role' && (payload as { owner: boolean }).owner) tell('owner');
});
const pause = new Int32Array(new SharedArrayBuffer(4));
const tell = (line: string): void => {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      // The pipe is full: whoever reads is slower than the log.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
};
tell('ready');

async function record(n: number): Promise<void> {
  if (n % 3 === 0) {
    const { id, durable } = audit.intent(`{"intent":${n}}`);
    await durable;
    tell(`intent ${n}`);
    tell(`outcome ${n} ${await audit.record(`{"outcome":${n}}`, id)}`);
    return;
  }
  tell(`entry ${n} ${await audit.record(`{"entry":${n}}`)}`);
}

for (let next = Number(start); ; next += 32) {
  await Promise.all(Array.from({ length: 32 }, (_, more) => record(next + more)));
}
