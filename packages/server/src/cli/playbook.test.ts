import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { main } from './main.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-playbook-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const shipped = join(import.meta.dirname, '..', '..', 'playbooks');

async function run(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await main(args, { out: (text) => void out.push(text), err: (text) => void err.push(text), ask: null });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

it('checks what ships, and what is broken with its line', async () => {
  expect(await run('playbook', 'check', shipped, '--json')).toMatchObject({
    code: 0,
    out: JSON.stringify({ files: 11, usable: 11, refused: [] }),
  });
  const file = join(folder, 'own.yaml');
  writeFileSync(file, readFileSync(join(shipped, 'brute-force.yaml'), 'utf8').replace('do: deny address', 'do: deny adress'));
  const broken = await run('playbook', 'check', file, '--json');
  expect(broken.code).toBe(1);
  expect(JSON.parse(broken.out)).toMatchObject({ files: 1, usable: 0, refused: [{ line: 16, field: 'steps[0].do' }] });
  expect((await run('playbook', 'check', file, '--lang', 'zh')).out).toContain('没有这个动作');
  expect((await run('playbook', 'check', join(folder, 'nothing'))).code).toBe(2);
  expect((await run('playbook', 'check')).code).toBe(2);
});

it('exports by id and by file, and makes the same file of it again', async () => {
  const exported = await run('playbook', 'export', 'insider');
  expect(JSON.parse(exported.out)).toMatchObject({ type: 'playbook', spec_version: 'cacao-2.0', name: 'Insider' });
  expect((await run('playbook', 'export', join(shipped, 'insider.yaml'))).out).toBe(exported.out);
  const [json, yaml] = [join(folder, 'insider.json'), join(folder, 'insider.yaml')];
  writeFileSync(json, exported.out);
  expect((await run('playbook', 'import', json, '--out', yaml)).code).toBe(0);
  expect((await run('playbook', 'check', yaml)).code).toBe(0);
  expect((await run('playbook', 'export', yaml)).out).toBe(exported.out);
  writeFileSync(json, '{"type":"playbook"}');
  expect((await run('playbook', 'import', json, '--out', yaml)).code).toBe(2);
});

it('starts nothing without a reason, a token or a server', async () => {
  expect((await run('playbook', 'run', 'insider')).code).toBe(2);
  expect((await run('playbook', 'run', 'insider', '--reason', 'a test', '--url', 'http://127.0.0.1:9')).code).toBe(2);
  expect((await run('playbook', 'run', 'insider', '--test', '--days', '900')).code).toBe(2);
});
