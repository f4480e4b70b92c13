import { appendFileSync } from 'node:fs';
import { openStore } from '../../store/store.ts';
import { createPlaybookStore } from './store.ts';
import { playbookMigrations } from './tables.ts';
import { head, made, started, World } from './testing.ts';

// Runs a playbook over an embedded store, and writes a line for each action that begins. Its second action never ends unless it is told that it may.
const [url = '', log = '', advance = '0', mayEnd = ''] = process.argv.slice(2);
const world = new World();
world.now += Number(advance);
const store = await openStore({ url, clock: world.clock });
await store.migrate(playbookMigrations);
const playbooks = createPlaybookStore(store);
const id = `pr_${'k'.repeat(22)}`;
if ((await playbooks.find(id)) === null) {
  const step = (name: string): string =>
    `{ id: ${name}, name: { zh: 步, en: step }, do: create incident, with: { title: { zh: 甲, en: a } } }`;
  await started(playbooks, made(`${head('killed')}steps: [${['a', 'b', 'c'].map(step).join(', ')}]`), { id, due: world.now });
}
world.before = (_action, { key }) => {
  appendFileSync(log, `${key.slice(id.length + 1)}\n`);
  return key.endsWith(':b') && mayEnd === '' ? new Promise<void>((resolve) => setTimeout(resolve, 60_000)) : undefined;
};
await world.runner(playbooks).work();
await store.close();
