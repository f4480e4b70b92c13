import { request } from 'node:http';
import { bulletinDraft } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { createEmulatorAdmin } from '../../testing/http.ts';
import { learnBrowser, withTraining } from '../testing.ts';
import { startMailServer, type TestMailServer } from '../testing-mail.ts';

const desk = { id: 'desk', name: 'IT 服务台', from: 'desk@it-desk.example', url: 'http://it-desk.example' };
const said = { zh: '离开座位先锁屏', en: 'Lock your screen' };

describe('mails to employees, by a real SMTP server', () => {
  let deployment: Deployment;
  let mail: TestMailServer;
  let base: string;
  beforeAll(async () => {
    mail = await startMailServer();
    deployment = await startDeployment({
      // The night of Shanghai must not hold a test up.
      clock: () => Date.UTC(2026, 10, 26, 4),
      change: (config) =>
        withTraining(
          { ...config, notify: { channels: [mail.channel as never] } },
          {
            mailChannel: 'mail',
            minimumGroup: 3,
            drills: { enabled: true, approvers: ['wang'], domains: ['corp.example'], senders: [desk] },
          },
        ),
    });
    base = (deployment.platform.learnUrl() ?? '').replace('localhost', '127.0.0.1');
    const admin = createEmulatorAdmin(deployment.emulator.url);
    for (const userid of ['boss', 'zhang', 'li'])
      await admin('contacts', { change: 'update_user', user: { userid, email: `${userid}@corp.example` } });
    await deployment.platform.directory.sync('test');
  });
  afterAll(async () => {
    await deployment?.close();
    await mail?.close();
  });
  const post = async (path: string, type: string | null, body: string) => {
    const answer = await fetch(`${base}${path}`, {
      method: 'POST',
      ...(type === null ? {} : { headers: { 'content-type': type } }),
      body,
    });
    return answer.status;
  };
  const arrived = async (count: number): Promise<void> => {
    await expect.poll(() => mail.mails.length, { timeout: 15_000 }).toBe(count);
  };
  /** A tip by mail to one person; resolves to the path of its link to unsubscribe. */
  const tipTo = async (uid: string): Promise<string> => {
    const { bulletins } = deployment.platform.train;
    const draft = bulletinDraft.parse({
      ...{ kind: 'tip', title: said, text: said, target: { kind: 'people', uids: [uid] }, way: 'mail' },
      schedule: { kind: 'once', at: null },
    });
    const before = mail.mails.length;
    await bulletins.schedule(await bulletins.create(draft, 'test'), 'test');
    await arrived(before + 1);
    const link = mail.mails.at(-1)?.headers.get('list-unsubscribe') ?? '';
    return new URL(link.slice(1, -1)).pathname;
  };
  const wants = async (uid: string) => (await deployment.platform.train.preferences.find(uid)).bulletins;

  it('carry one click to be rid of them (RFC 8058), which works without a session, as both kinds of form, and from the page', async () => {
    const path = await tipTo('zhang');
    const [first] = mail.mails;
    expect(first?.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
    expect(first?.parts.join('\n')).toContain(path);
    // Programs that look at mails open each link, and some post nothing in particular.
    expect((await fetch(`${base}${path}`)).status).not.toBe(500);
    for (const [type, body] of [
      [null, ''],
      ['application/x-www-form-urlencoded', ''],
      ['application/x-www-form-urlencoded', 'List-Unsubscribe=Other'],
      ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click&uid=li'],
      ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="other"\r\n\r\nOne-Click\r\n--x--'],
      ['text/plain', 'List-Unsubscribe=One-Click'],
    ] as const)
      expect([type, body, (await post(path, type, body)) >= 400]).toEqual([type, body, true]);
    expect(await wants('zhang')).toBe(true);
    expect(await post(path, 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click')).toBe(200);
    expect([await wants('zhang'), await wants('li')]).toEqual([false, true]);
    const form = '--"b"\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--"b"--\r\n';
    expect(await post(await tipTo('li'), 'multipart/form-data; boundary=b', form.replaceAll('"b"', 'b'))).toBe(200);
    expect(await wants('li')).toBe(false);
    expect(await post(await tipTo('boss'), 'application/json', '{"List-Unsubscribe":"One-Click"}')).toBe(200);
    expect(await wants('boss')).toBe(false);
    // A form opens nothing else: neither a sign-in nor what needs a session.
    expect(await post('/api/learn/v1/sign-in/finish', 'application/x-www-form-urlencoded', 'code=x&state=y')).toBe(415);
  });

  it('turned off are turned on again by the person, who also sees what came', async () => {
    const zhang = learnBrowser(deployment);
    await zhang.signIn('zhang');
    expect((await zhang.call('GET', 'bulletins')).body).toMatchObject({ bulletins: [{ kind: 'tip', title: said }] });
    const home = await zhang.call('GET', 'home');
    expect(home.body).toMatchObject({ preferences: { bulletins: false, warnings: true }, warningsOptional: false });
    const all = { language: 'zh', leaderboard: false, mail: true, bulletins: true, warnings: false };
    expect((await zhang.call('PUT', 'preferences', all)).status).toBe(200);
    // Warnings come to everybody here, so nobody turns them off.
    expect(await deployment.platform.train.preferences.find('zhang')).toMatchObject({ bulletins: true, warnings: true });
    expect((await learnBrowser(deployment).call('GET', 'bulletins')).status).toBe(401);
  });

  it('go by WeCom first, as a card to that person alone, and by mail where WeCom does not take them', async () => {
    const { bulletins } = deployment.platform.train;
    const send = async (uid: string) => {
      const draft = bulletinDraft.parse({
        ...{ kind: 'warning', title: said, text: said, target: { kind: 'people', uids: [uid] } },
        schedule: { kind: 'once', at: null },
      });
      const id = await bulletins.create(draft, 'test');
      await bulletins.schedule(id, 'test');
      await expect.poll(async () => (await bulletins.issues(id))[0]?.counts.sent, { timeout: 20_000 }).toBe(1);
      return (await bulletins.issues(id))[0]?.counts;
    };
    const inbox = async (person: string): Promise<unknown[]> => {
      const answer = await fetch(`${deployment.emulator.url}/_emulator/messages?person=${person}`);
      return ((await answer.json()) as { messages: unknown[] }).messages;
    };
    const before = mail.mails.length;
    expect(await send('zhang')).toMatchObject({ byWecom: 1, byMail: 0 });
    expect(JSON.stringify((await inbox('zhang'))[0])).toContain(`【安全警示】${said.zh}`);
    expect([JSON.stringify(await inbox('li')).includes(said.zh), mail.mails.length]).toEqual([false, before]);
    const admin = createEmulatorAdmin(deployment.emulator.url);
    await admin('faults', { kind: 'errcode', errcode: 45009, path: '/cgi-bin/message/send', count: 1 });
    expect(await send('zhang')).toMatchObject({ byWecom: 0, byMail: 1 });
    expect(mail.mails.length).toBe(before + 1);
  });

  it('that bounce are not sent there again', async () => {
    const { bulletins, preferences } = deployment.platform.train;
    await preferences.put('li', { language: null, leaderboard: false, mail: true, bulletins: true, warnings: true });
    mail.refusals.set('li@corp.example', [550, '5.1.1 no such user']);
    const draft = bulletinDraft.parse({
      ...{ kind: 'tip', title: said, text: said, target: { kind: 'people', uids: ['li'] }, way: 'mail' },
      schedule: { kind: 'once', at: null },
    });
    const id = await bulletins.create(draft, 'test');
    await bulletins.schedule(id, 'test');
    await expect.poll(async () => (await bulletins.unsent(id)).rows[0]?.state, { timeout: 15_000 }).toBe('failed');
    expect((await bulletins.bounced()).map(({ uid }) => uid)).toEqual(['li']);
    mail.refusals.clear();
    expect(await bulletins.test(id, 'li', 'test')).toEqual({ way: null, problem: 'no_receiver' });
    await bulletins.release('li', 'mailbox is back', 'test');
    expect(await bulletins.test(id, 'li', 'other')).toEqual({ way: 'mail', problem: null });
    expect(
      Buffer.from(/=\?UTF-8\?B\?([^?]+)/.exec(mail.mails.at(-1)?.headers.get('subject') ?? '')?.[1] ?? '', 'base64').toString(),
    ).toContain('（测试）');
  });

  it('of a drill come in another name, from another address, to another host and with none of our headers', async () => {
    const { drills } = deployment.platform.train;
    const before = mail.mails.length;
    const { id } = await drills.create(
      { template: 'parcel', sender: 'desk', target: { kind: 'people', uids: ['zhang'] }, reason: '演练' },
      'li',
    );
    await drills.start(id, 'li', 'wang');
    await drills.maintain();
    await arrived(before + 1);
    const drill = mail.mails.at(-1);
    const whole = [...(drill?.headers ?? []), drill?.parts].flat().join('\n');
    expect(drill?.from).toBe('desk@it-desk.example');
    expect(drill?.headers.get('from')).toContain('desk@it-desk.example');
    for (const ours of [
      'menshen',
      'security@corp.example',
      '门神',
      'x-menshen',
      'auto-submitted',
      'list-unsubscribe',
      new URL(base).host,
      'caught',
    ])
      expect([ours, whole.toLowerCase().includes(ours.toLowerCase())]).toEqual([ours, false]);
    const [, token = ''] = /http:\/\/it-desk\.example\/r\/([\w-]{22})/.exec(whole) ?? [];
    expect(token).not.toBe('');

    // The host of drills shows the page that teaches, and is no way in.
    const there = (
      method: 'GET' | 'POST',
      path: string,
      body?: string,
    ): Promise<{ readonly status: number; readonly text: string }> =>
      new Promise((resolve, reject) => {
        const headers = { host: 'it-desk.example', 'content-type': 'application/json' };
        const asked = request(`${base}${path}`, { method, headers, agent: false }, (answer) => {
          answer.toArray().then((parts) => resolve({ status: answer.statusCode ?? 0, text: parts.join('') }), reject);
        });
        asked.on('error', reject).end(body);
      });
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/courses/phishing'],
      ['GET', '/api/learn/v1/state'],
      ['POST', '/api/learn/v1/sign-in/start'],
      ['GET', '/verify/tc_AAAAAAAAAAAAAAAAAAAAAA'],
      ['GET', '/healthz'],
    ] as const)
      expect([path, (await there(method, path, method === 'POST' ? '{}' : undefined)).status]).toEqual([path, 404]);
    const opened = await there('POST', `/api/learn/v1/drills/${token}`, '{}');
    expect(JSON.parse(opened.text)).toMatchObject({ from: 'desk@it-desk.example', host: 'it-desk.example', course: 'phishing' });
  });
});
