import { fork } from 'node:child_process';
import { afterAll, expect, it } from 'vitest';
import type { Deployment } from '../testing/deployment.ts';
import { describeEachEngine } from '../testing/engines.ts';
import type { Place } from '../testing/place.ts';

describeEachEngine('a process killed between forward and record', (start, newPlace) => {
  let deployment: Deployment | null = null;
  let place: Place | null = null;
  afterAll(async () => {
    await deployment?.close({ keep: true });
    await place?.remove();
  });

  it('leaves an entry "outcome unknown" and an alarm, in a log that is whole', async () => {
    place = await newPlace();
    const child = fork(new URL('../testing/crash-child.ts', import.meta.url), [JSON.stringify(place)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', () => reject(new Error('the child ended before it forwarded')));
    });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;

    deployment = await start({ place });
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.traffic({ outcome: 'unknown' }, 10, null);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ method: 'POST', path: '/portal/notes', uid: 'zhang', route: 'POST /notes' });
    const alarms = await deployment.platform.queries.list({ kind: 'security', q: 'alarm' }, 10, null);
    expect(alarms.rows.map((row) => row.action)).toContain('alarm.outcome_unknown');
    expect(await deployment.platform.queries.verify()).toMatchObject({ ok: true, problems: [] });
  });
});
