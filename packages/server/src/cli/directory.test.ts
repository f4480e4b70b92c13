import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiToken } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { approved, setUpThree, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { createEmulatorAdmin } from '../testing/http.ts';
import { directoryImport, directorySync } from './directory.ts';
import { run } from './testing/terminal.ts';

describe('menshen directory', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let folder: string;
  let server: string[];
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({ ...config, console: { listen: '127.0.0.1:0' } }),
    });
    const three = await setUpThree(deployment, clock);
    const parts = { body: { name: 'importer', scopes: ['people:write'], expiresInDays: 1 } };
    const headers = await approved(createApiToken, parts, three.security, three.system, clock);
    const { body } = await three.security.browser.call(createApiToken, { ...parts, headers });
    folder = mkdtempSync(join(tmpdir(), 'menshen-cli-'));
    writeFileSync(join(folder, 'token'), `${body.token}\n`, { mode: 0o600 });
    server = ['--url', deployment.platform.api.url, '--token-file', join(folder, 'token')];
  });
  afterAll(async () => {
    await deployment.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const person = (uid: string) => deployment.platform.directory.snapshot().person(uid);

  it('shows what a file would change, and changes it when told to', async () => {
    const people = write('people.csv', '账号,姓名,部门\np.wang,王五,研发\np.zhao,赵六,研发\n');
    const shown = await run(directoryImport, ['--people', people, ...server]);
    expect([shown.code, person('p.wang')]).toEqual([0, undefined]);
    expect(shown.out).toMatch(/(新增|added)\s+2\s+p\.wang p\.zhao/);
    const done = await run(directoryImport, ['--people', people, '--apply', '--json', ...server]);
    expect([done.code, JSON.parse(done.out)]).toMatchObject([0, { source: 'csv', added: 2 }]);
    expect(person('p.wang')?.name).toBe('王五');
  });

  it('names mistakes by line and changes nothing', async () => {
    const people = write('wrong.csv', 'uid,name\np.x,=1+1\n');
    const answer = await run(directoryImport, ['--people', people, '--apply', ...server]);
    expect(answer.code).toBe(1);
    expect(answer.err).toMatch(/people:2 name/);
    expect(answer.err).not.toContain('=1+1');
    expect(person('p.x')).toBeUndefined();
  });

  it('a machine cannot make the list empty, nor more people leave than was agreed', async () => {
    const people = write('fewer.csv', '账号,姓名\np.wang,王五\n');
    const refused = await run(directoryImport, ['--people', people, '--mode', 'replace', '--apply', ...server]);
    expect([refused.code, person('p.zhao')?.status]).toEqual([1, 'active']);
    expect(
      (await run(directoryImport, ['--people', people, '--mode', 'replace', '--apply', '--leaving', '1', ...server])).code,
    ).toBe(0);
    expect(person('p.zhao')?.status).toBe('left');
    const empty = write('other.csv', '账号,姓名\np.li,李\n');
    const held = await run(directoryImport, ['--people', empty, '--mode', 'replace', '--apply', '--leaving', '1', ...server]);
    expect(held.code).toBe(1);
    expect(held.err).toContain('directory_change_held');
    expect(person('p.wang')?.status).toBe('active');
  });

  it('reads a source, and says when it cannot', async () => {
    const done = await run(directorySync, ['--json', ...server]);
    expect([done.code, JSON.parse(done.out)]).toMatchObject([0, { source: 'wecom', people: 4 }]);
    await createEmulatorAdmin(deployment.emulator.url)('faults', { kind: 'errcode', errcode: 45009, path: '/cgi-bin/user/list' });
    const failed = await run(directorySync, server);
    expect([failed.code, failed.err.includes('directory_source_failed')]).toEqual([1, true]);
  });

  it('wants a token, a file and a server', async () => {
    const people = write('people.csv', 'uid,name\n');
    for (const args of [
      [],
      ['--people', 'nowhere.csv'],
      ['--people', people, '--mode', 'erase'],
      ['--people', people, '--url', 'nonsense'],
    ])
      expect((await run(directoryImport, [...args, '--token-file', join(folder, 'token')])).code).toBe(2);
    expect((await run(directorySync, ['--url', deployment.platform.api.url, '--token-file', 'nowhere'])).code).toBe(2);
    write('bad', 'mat1.AAAA');
    expect((await run(directorySync, ['--url', deployment.platform.api.url, '--token-file', join(folder, 'bad')])).code).toBe(1);
  });
});
