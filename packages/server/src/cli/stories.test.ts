import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as contract from '@menshen/contract';
import { type CurlLine, demoCompany } from '@menshen/demo';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConsoleBrowser } from '../testing/console.ts';
import { freePortBase } from '../testing/free-ports.ts';
import { openSetupLink } from './testing/administrator.ts';
import { type MenshenProcess, spawnMenshen } from './testing/process.ts';

const hasShell = spawnSync('sh', ['-c', 'curl --version && sed --version']).status === 0;
const base = await freePortBase();

/** What a typed line printed: the status of the answer, its headers by name in lower case, and its JSON. */
interface Said {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The stories of the demonstration, typed line by line into a shell against real processes, and looked up at the console. */
describe.skipIf(!hasShell)('the stories of the demonstration', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'menshen-stories-'));
  let server: MenshenProcess;
  let operator: ConsoleBrowser;
  let said: ReadonlyMap<string, Said>;

  beforeAll(async () => {
    server = spawnMenshen(['dev', '--quiet', '--json', '--port-base', String(base), '--data', folder]);
    const started = JSON.parse((await server.seen(/^\{.*\}\n/m))[0]) as { setup: string; try: readonly CurlLine[] };
    operator = await openSetupLink(started.setup);
    const script = started.try.map(({ id, command }) => `echo "== ${id}"\n${command}\necho`).join('\n');
    const { status, stdout, stderr } = spawnSync('sh', ['-e', '-u', '-c', script], { encoding: 'utf8', timeout: 30_000 });
    expect([status, stderr]).toEqual([0, '']);
    said = new Map(stdout.split('== ').slice(1).map(read));
  }, 60_000);
  afterAll(async () => {
    server.child.kill('SIGKILL');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  const read = (part: string): [string, Said] => {
    const [id = '', ...rest] = part.split('\n');
    const [head = '', text = ''] = rest.join('\n').split('\r\n\r\n', 2);
    const headers = head
      .split('\r\n')
      .slice(1)
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      });
    const status = Number(/HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0);
    return [id, { status, headers: new Map(headers), body: text.startsWith('{') ? JSON.parse(text) : {} }];
  };
  const line = (id: string): Said => {
    const found = said.get(id);
    if (found === undefined) throw new Error(`no line ${id}`);
    return found;
  };
  /** The request of a line as the console shows it. */
  const atConsole = async (id: string) => {
    const requestId = line(id).headers.get('x-menshen-request-id') ?? '';
    const look = () => operator.call(contract.getRequest, { params: { requestId } });
    await expect.poll(async () => (await look()).status, { timeout: 10_000 }).toBe(200);
    return (await look()).body;
  };

  it('before: whoever has the login reads and changes the record, and that of others', () => {
    expect(line('before-read')).toMatchObject({ status: 200, body: { uid: 'lin.xiaotong', idNumber: expect.any(String) } });
    expect(line('before-change')).toMatchObject({ status: 200, body: { uid: 'lin.xiaotong', phone: '19900009999' } });
    expect(line('before-others')).toMatchObject({ status: 200, body: { uid: 'ding.chengze' } });
  });

  it('after: the same requests are refused, with the reasons in plain words and on record', async () => {
    for (const id of ['stolen-read', 'stolen-change']) {
      const { status, body } = line(id);
      expect([id, status, body['code']]).toEqual([id, 403, 'mfa_required']);
      expect(body['reasons']).toEqual(expect.arrayContaining(['impossible_travel']));
      const explanations = body['explanations'] as readonly string[];
      expect(explanations.length).toBeGreaterThan(0);
      for (const text of explanations) expect(text).toMatch(/\p{Script=Han}/u);
      expect(JSON.stringify(body)).not.toContain('idNumber');
      const { row } = await atConsole(id);
      expect(row).toMatchObject({ code: 'mfa_required', uid: 'lin.xiaotong', outcome: 'refused' });
    }
    // Whoever was there before goes on, and the record is as it was.
    expect(line('own-record').body['phone']).not.toBe('19900009999');
  });

  it('after: the thief cannot enrol a factor of their own', async () => {
    expect(line('stolen-enrol')).toMatchObject({ status: 403, body: { code: 'enrolment_proof_required' } });
  });

  it('a manager sees the subtree and nothing beside it', async () => {
    const { status, body } = line('manager-list');
    expect(status).toBe(200);
    const { departments, users } = demoCompany();
    const isBelow = (id: number): boolean => {
      const department = departments.find((one) => one.id === id);
      return department !== undefined && (department.name === '技术中心' || isBelow(department.parentid));
    };
    const below = users.filter(({ department }) => department.some(isBelow)).map(({ userid }) => userid);
    expect(below.length).toBeGreaterThan(10);
    expect((body['items'] as readonly { uid: string }[]).map(({ uid }) => uid).sort()).toEqual(below.sort());
    expect(line('manager-below')).toMatchObject({ status: 200, body: { uid: 'lin.xiaotong' } });
    for (const id of ['manager-beside', 'manager-list-beside', 'manager-above']) {
      expect([id, line(id).status, line(id).body['code']]).toEqual([id, 403, 'not_permitted']);
      expect((await atConsole(id)).row).toMatchObject({ code: 'not_permitted', uid: 'shen.zhiyuan' });
    }
  });

  it('before: a stored script runs for everybody; after: it is cleaned on the way in, and an old one on the way out', async () => {
    expect(line('before-script')).toMatchObject({ status: 201, body: { html: expect.stringContaining('<script>') } });
    expect(line('script-old')).toMatchObject({ status: 200, body: { html: '<p>中秋放假三天。</p><a>查看详情</a>' } });
    expect(line('script-write')).toMatchObject({
      status: 201,
      body: { html: '<p>各位同事：请<b>尽快</b>核对年终奖金额。</p><img src="x" />' },
    });
    const { cleanings } = (await operator.call(contract.getRichText)).body;
    expect(cleanings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ route: 'POST /api/announcements', way: 'in', harmful: 1 }),
        expect.objectContaining({ route: 'GET /api/announcements/:id', way: 'out', harmful: 1 }),
      ]),
    );
  });

  it('a leaver is out in the middle of a session, and the session stays dead', async () => {
    expect(line('leaver-reads')).toMatchObject({ status: 200, body: { uid: 'yao.yutong' } });
    expect(line('leaver-out')).toMatchObject({ status: 401, body: { code: 'session_revoked' } });
    expect((await atConsole('leaver-out')).row).toMatchObject({ code: 'session_revoked' });
    const person = () => operator.call(contract.getPerson, { params: { uid: 'yao.yutong' } });
    await expect.poll(async () => (await person()).body.person?.status, { timeout: 10_000 }).toBe('active');
    expect((await person()).body.sessions).toEqual([]);
  });
});
