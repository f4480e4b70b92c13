import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiToken } from '@menshen/contract';
import { openKeyFile } from '@menshen/seal';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { approved, setUpThree, stepUpAgain, TestClock } from '../testing/administrators.ts';
import { type Deployment, startDeployment } from '../testing/deployment.ts';
import { keysList, keysPassphrase, keysRewrap, keysRotate } from './keys.ts';
import { open, seal } from './seal.ts';
import { run } from './testing/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'menshen-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('menshen keys, seal and open', () => {
  const clock = new TestClock();
  let deployment: Deployment;
  let server: string[];
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) => ({
        ...config,
        console: { listen: '127.0.0.1:0' },
        apps: (config.apps ?? []).map((app) => ({
          ...app,
          sealedFields: [{ table: 'people', column: 'phone', purposes: ['support'] }],
        })),
      }),
    });
    const three = await setUpThree(deployment, clock);
    const parts = {
      body: { name: 'operator', scopes: ['seal', 'keys'], grants: ['seal:portal/people/phone/support'], expiresInDays: 1 },
    };
    const headers = await approved(createApiToken, parts, three.security, three.system, clock);
    await stepUpAgain(three.security, clock);
    const { body } = await three.security.browser.call(createApiToken, { ...parts, headers });
    writeFileSync(join(folder, 'token'), `${body.token}\n`, { mode: 0o600 });
    server = ['--url', deployment.platform.api.url, '--token-file', join(folder, 'token')];
  });
  afterAll(() => deployment.close());
  const field = ['--field', 'portal/people/phone', '--purpose', 'support'];
  const write = (name: string, lines: readonly object[]): string => {
    writeFileSync(join(folder, name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    return join(folder, name);
  };

  it('seal a member of each line, and open it again at its row only', async () => {
    const rows = Array.from({ length: 501 }, (_, at) => ({
      id: at,
      name: `员工${at}`,
      phone: `1380013${String(at).padStart(4, '0')}`,
    }));
    const sealed = await run(seal, ['--file', write('people.jsonl', rows), ...field, ...server]);
    expect(sealed.code).toBe(0);
    expect(sealed.out).not.toContain('1380013');
    const lines = sealed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; name: string; phone: string });
    expect([lines.length, lines[500]?.name]).toEqual([501, '员工500']);
    const opened = await run(open, ['--file', write('sealed.jsonl', lines), ...field, ...server]);
    expect(
      opened.out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(rows);
    const swapped = [{ ...lines[0], id: 1 }, lines[2] ?? {}];
    const broken = await run(open, ['--file', write('swapped.jsonl', swapped), ...field, ...server]);
    expect([broken.code, broken.err.trim()]).toEqual([1, '1: seal_broken']);
    expect(broken.out).toContain('13800130002');
  });

  it('refuse what they cannot read and what the token is not for', async () => {
    const rows = write('wrong.jsonl', [{ id: 1 }]);
    expect(await run(seal, ['--file', rows, ...field, ...server])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Line 1 is no JSON object with id and phone.'),
    });
    expect(await run(seal, ['--file', rows, '--purpose', 'support', ...server])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Name the field'),
    });
    const other = ['--field', 'portal/people/mail', '--purpose', 'support', '--member', 'id'];
    const refused = await run(seal, ['--file', rows, ...other, ...server]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('seal_not_granted')]);
  });

  it('list, rotate and rewrap', async () => {
    const rotated = await run(keysRotate, ['portal', '--json', ...server]);
    expect(rotated.code).toBe(0);
    const { kid } = JSON.parse(rotated.out) as { kid: number };
    const listed = await run(keysList, server);
    expect(listed.code).toBe(0);
    expect(listed.out).toMatch(new RegExp(`${kid}\\s+portal\\s+aes-256-gcm\\s+(使用中|active)`));
    expect(listed.out).toMatch(/(只解密|opens only)/);
    expect((await run(keysRotate, ['nothing', ...server])).code).toBe(1);
    expect((await run(keysRewrap, ['--json', ...server])).out).toBe('{"running":true}');
  });
});

describe('menshen keys passphrase', () => {
  const before = process.env['MENSHEN_PASSPHRASE'];
  afterEach(() => {
    if (before === undefined) delete process.env['MENSHEN_PASSPHRASE'];
    else process.env['MENSHEN_PASSPHRASE'] = before;
  });
  it('makes a key file once, for its owner alone, and never over another', async () => {
    const file = join(folder, 'wrapping.key');
    process.env['MENSHEN_PASSPHRASE'] = 'short';
    expect(await run(keysPassphrase, [file])).toMatchObject({ code: 2, err: expect.stringContaining('15 characters') });
    process.env['MENSHEN_PASSPHRASE'] = '床前明月光疑是地上霜举头望明月';
    expect((await run(keysPassphrase, [file])).code).toBe(0);
    const made = JSON.parse(readFileSync(file, 'utf8'));
    expect(openKeyFile(made, '床前明月光疑是地上霜举头望明月')).toHaveLength(32);
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await run(keysPassphrase, [file])).toMatchObject({ code: 2, err: expect.stringContaining('never overwritten') });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(made);
  });
});
