import { readFileSync } from 'node:fs';
import { startEmulator } from '@menshen/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoCast } from './company/cast.ts';
import { demoAccounts } from './credentials.ts';
import { demoEmulator } from './emulator.ts';

type Started = Awaited<ReturnType<typeof startEmulator>>;
let emulator: Started;

beforeAll(async () => {
  emulator = await startEmulator({ ...demoEmulator('http://127.0.0.1:8443'), port: 0 });
});
afterAll(() => emulator.close());

async function getJson(path: string): Promise<Record<string, unknown>> {
  const answer: unknown = await (await fetch(emulator.url + path)).json();
  return { ...(answer as object) };
}

async function mint(kind: string, body: Record<string, unknown>): Promise<string> {
  const answer = await fetch(`${emulator.url}/_emulator/${kind}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const { code } = { ...((await answer.json()) as object) } as { code?: unknown };
  if (typeof code !== 'string') throw new Error('no code');
  return code;
}

const wecomToken = async (secret: string): Promise<unknown> =>
  (await getJson(`/cgi-bin/gettoken?corpid=${demoAccounts.corpid}&corpsecret=${secret}`)).access_token;

it('shows the whole directory, with mobile numbers, to the contacts secret', async () => {
  const token = await wecomToken(demoAccounts.contactsSecret);
  const departments = (await getJson(`/cgi-bin/department/list?access_token=${token}`)).department;
  expect(departments).toHaveLength(44);
  const users = (await getJson(`/cgi-bin/user/list?access_token=${token}&department_id=1&fetch_child=1`)).userlist;
  expect(users).toEqual(
    expect.arrayContaining([expect.objectContaining({ userid: demoCast.president, mobile: expect.stringMatching(/^1990000/) })]),
  );
});

it('knows who a login code of either channel belongs to', async () => {
  const wechat = await mint('code', { channel: 'wechat', appid: demoAccounts.appid, person: demoCast.employee });
  const query = `appid=${demoAccounts.appid}&secret=${demoAccounts.appSecret}&grant_type=authorization_code`;
  expect(await getJson(`/sns/jscode2session?${query}&js_code=${wechat}`)).toMatchObject({
    unionid: expect.stringMatching(/^u-demo-staff-/),
  });
  const wecom = await mint('code', { channel: 'wecom', person: demoCast.employee });
  const token = await wecomToken(demoAccounts.agentSecret);
  const session = await getJson(
    `/cgi-bin/miniprogram/jscode2session?access_token=${token}&js_code=${wecom}&grant_type=authorization_code`,
  );
  expect(session).toMatchObject({ userid: demoCast.employee, corpid: demoAccounts.corpid });
});

it("refuses a neighbour's code in our mini program", async () => {
  const foreign = await mint('code', { channel: 'wechat', appid: demoAccounts.neighbour.appid, person: demoCast.customer });
  const query = `appid=${demoAccounts.appid}&secret=${demoAccounts.appSecret}&grant_type=authorization_code`;
  expect(await getJson(`/sns/jscode2session?${query}&js_code=${foreign}`)).toMatchObject({ errcode: 40029 });
});

/** One `curl` line of the guide: method by the presence of a body, and the errcode its comment announces. */
function readCommand(line: string) {
  const match = /^curl -s (?:--json '([^']*)' )?'?http:\/\/127\.0\.0\.1:8481([^' ]*)'?(?: # (-?\d+))?$/.exec(line);
  if (!match) throw new Error(`not understood: ${line}`);
  return { body: match[1], path: match[2] ?? '', errcode: Number(match[3] ?? 0) };
}

it('is what docs/guides/emulator.md shows: its commands do what it says, as `menshen emulator` runs', async () => {
  const guide = readFileSync(new URL('../../../docs/guides/emulator.md', import.meta.url), 'utf8');
  const own = await startEmulator({ ...demoEmulator('http://127.0.0.1:8443'), port: 0 });
  try {
    const results = new Map<string, string>();
    const fill = (text: string) => text.replace(/CODE|ACCESS_TOKEN/g, (name) => results.get(name) ?? name);
    const blocks = [...guide.matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1] ?? '');
    const lines = blocks.flatMap((block) => block.split('\n').filter((line) => line !== '' && !line.startsWith('#')));
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) {
      const { body, path, errcode } = readCommand(line);
      const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: fill(body ?? '') };
      const answer = await fetch(own.url + fill(path), body === undefined ? {} : post);
      const json = (await answer.json()) as { errcode?: number; code?: string; access_token?: string };
      expect([line, answer.status, json.errcode ?? 0]).toEqual([line, 200, errcode]);
      if (json.code) results.set('CODE', json.code);
      if (json.access_token) results.set('ACCESS_TOKEN', json.access_token);
    }
  } finally {
    await own.close();
  }
});
