import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bulletinDraft, createApiToken, type MenshenError } from '@menshen/contract';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/testing/terminal.ts';
import { trainingBounce } from '../../cli/training/training-bounce.ts';
import { approved, setUpThree, stepUpAgain, TestClock } from '../../testing/administrators.ts';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { createEmulatorAdmin } from '../../testing/http.ts';
import { withTraining } from '../testing.ts';
import { type ReceivedMail, startMailServer, type TestMailServer } from '../testing-mail.ts';
import { type ReportChange, report } from './testing.ts';

const said = { zh: '离开座位先锁屏', en: 'Lock your screen' };
const dayMs = 86_400_000;

describe('mail that comes back', () => {
  let deployment: Deployment;
  let mail: TestMailServer;
  const clock = new TestClock();
  // Noon in Shanghai: the night must not hold a test up.
  clock.now = Date.UTC(2026, 10, 26, 4);
  const folder = mkdtempSync(join(tmpdir(), 'menshen-bounces-'));
  beforeAll(async () => {
    mail = await startMailServer();
    deployment = await startDeployment({
      clock: clock.read,
      change: (config) =>
        withTraining(
          { ...config, console: { listen: '127.0.0.1:0' }, notify: { channels: [mail.channel as never] } },
          { mailChannel: 'mail', bounces: { address: 'bounces@mail.corp.example', listen: '127.0.0.1:0' } },
        ),
    });
    const admin = createEmulatorAdmin(deployment.emulator.url);
    for (const userid of ['zhang', 'li'])
      await admin('contacts', { change: 'update_user', user: { userid, email: `${userid}@corp.example` } });
    await deployment.platform.directory.sync('test');
  });
  afterAll(async () => {
    await deployment?.close();
    await mail?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const train = () => deployment.platform.train;

  /** A tip by mail; resolves to its bulletin and the mail, once it is known to have been taken. */
  const tipTo = async (uid: string): Promise<{ readonly id: string; readonly received: ReceivedMail }> => {
    const { bulletins } = train();
    const draft = bulletinDraft.parse({
      ...{ kind: 'tip', title: said, text: said, target: { kind: 'people', uids: [uid] }, way: 'mail' },
      schedule: { kind: 'once', at: null },
    });
    const before = mail.mails.length;
    const id = await bulletins.create(draft, 'test');
    await bulletins.schedule(id, 'test');
    await expect.poll(async () => (await bulletins.issues(id))[0]?.counts.sent, { timeout: 20_000 }).toBe(1);
    const received = mail.mails[before];
    if (received === undefined) throw new Error('no mail has come');
    return { id, received };
  };
  /** Has a mail program that is not ours bring a report to where returned mail is taken. */
  const bring = async (to: string, change: ReportChange = {}): Promise<void> => {
    const transport = createTransport({
      ...{ host: '127.0.0.1', port: deployment.platform.returnedMailPort() ?? 0, secure: false, ignoreTLS: true },
    });
    await transport.sendMail({ envelope: { from: '', to }, raw: report({ to, ...change }) });
    transport.close();
  };
  const codeOf = async (work: Promise<unknown>): Promise<string> =>
    await work.then(
      () => 'none',
      (error: unknown) => (error as MenshenError).code,
    );
  const givenUp = async () => (await train().mailboxes.list()).map(({ uid, status }) => `${uid} ${status}`);

  it('says by its address which one it was: the delivery has failed, its mailbox gets none until somebody says so', async () => {
    const { id, received } = await tipTo('li');
    expect(received.from).toMatch(/^bounces\+[a-z2-7]{26}@mail\.corp\.example$/);
    expect(received.headers.get('from')).toBe('security@corp.example');
    await bring(received.from, { status: '5.1.1' });
    expect((await train().bulletins.unsent(id)).rows).toMatchObject([
      { uid: 'li', state: 'failed', problem: 'no_receiver', status: '5.1.1' },
    ]);
    expect(await givenUp()).toEqual(['li 5.1.1']);
    expect(await train().bulletins.test(id, 'li', 'one')).toEqual({ way: null, problem: 'no_receiver' });
    // Once is enough; what is said again, or otherwise, changes nothing any more.
    await train().bulletins.release('li', '邮箱已恢复', 'test');
    await bring(received.from, { status: '5.1.1' });
    await bring(received.from, { action: 'delivered', status: '2.0.0' });
    expect(await givenUp()).toEqual([]);
    expect(await train().bulletins.test(id, 'li', 'two')).toEqual({ way: 'mail', problem: null });
  });

  it('for another reason leaves the mailbox alone, and while it is being tried the delivery too', async () => {
    const { id, received } = await tipTo('li');
    await bring(received.from, { action: 'delayed', status: '4.4.1' });
    expect((await train().bulletins.issues(id))[0]?.counts).toMatchObject({ sent: 1, failed: 0 });
    await bring(received.from, { status: '5.2.2' });
    expect((await train().bulletins.unsent(id)).rows).toMatchObject([{ problem: 'limited', status: '5.2.2' }]);
    expect(await givenUp()).toEqual([]);
  });

  it('is believed for the mail that it was sent back to, whomever it names', async () => {
    const { received } = await tipTo('zhang');
    const groups =
      'Final-Recipient: rfc822; li@corp.example\r\nOriginal-Recipient: rfc822; li@corp.example\r\nAction: failed\r\nStatus: 5.1.1';
    await bring(received.from, { groups });
    expect(await givenUp()).toEqual(['zhang 5.1.1']);
    await train().bulletins.release('zhang', '没有问题', 'test');
    const [local = '', host = ''] = received.from.split('@');
    for (const forged of [
      'bounces@mail.corp.example',
      `bounces+${'a'.repeat(26)}@mail.corp.example`,
      `${local.slice(0, -1)}@${host}`,
      'li@corp.example',
    ])
      await expect(bring(forged), forged).rejects.toMatchObject({ responseCode: 550 });
    expect(await givenUp()).toEqual([]);
  });

  it('of a reminder says that its person has not been reached, and the next one does not go there', async () => {
    const { assignments, bounces, mailboxes } = train();
    await assignments.create(
      {
        ...{ course: 'phishing', target: { kind: 'people', uids: ['li'] }, due: clock.now + dayMs, dueDays: 1, again: false },
        ...{ reason: '年度必修', origin: null },
      },
      'test',
    );
    const { token } = await bounces.mark({ uid: 'li', address: 'li@corp.example', kind: 'reminder', ref: 'phishing' });
    await bring(`bounces+${token}@mail.corp.example`, { status: '5.1.10' });
    expect((await assignments.duties('li')).map(({ course, problem }) => [course, problem])).toEqual([
      ['phishing', 'no_receiver'],
    ]);
    expect(await mailboxes.isGivenUp('li', 'LI@corp.example')).toBe(true);
    expect(await mailboxes.isGivenUp('li', 'new@corp.example')).toBe(false);
    await train().bulletins.release('li', '邮箱已恢复', 'test');
  });

  it('can be handed in with nothing but its text: by its head, or by the head of the mail that it shows', async () => {
    const { received } = await tipTo('li');
    const take = async (change: ReportChange) => await train().bounces.take(Buffer.from(report(change), 'latin1'), null);
    expect(await codeOf(take({ token: 'b'.repeat(26) }))).toBe('bounce_unknown');
    expect(await codeOf(take({ token: "' or 1=1 --" }))).toBe('bounce_unknown');
    expect(await codeOf(train().bounces.take(Buffer.from('Subject: hello\r\n\r\n'), null))).toBe('bounce_unreadable');
    expect(await take({ token: received.headers.get('x-menshen-mail') ?? '', action: 'delayed' })).toBe('delayed');
    expect(await take({ to: received.from, status: '5.7.1' })).toBe('failed');
    expect(await givenUp()).toEqual([]);
  });

  it('can be handed in by a mail server with a token of its own scope, from the command line', async () => {
    const three = await setUpThree(deployment, clock);
    const tokenFile = async (name: string, scopes: ('bounces' | 'audit:read')[]): Promise<readonly string[]> => {
      await stepUpAgain(three.security, clock);
      const body = { name, scopes, grants: [], expiresInDays: 30 };
      const approver = scopes.includes('bounces') ? three.system : three.audit;
      const headers = await approved(createApiToken, { body }, three.security, approver, clock);
      await stepUpAgain(three.security, clock);
      const made = await three.security.browser.call(createApiToken, { body, headers });
      const file = join(folder, name);
      writeFileSync(file, String(made.body['token']), { mode: 0o600 });
      return ['--url', deployment.platform.api.url, '--token-file', file];
    };
    const { received } = await tipTo('li');
    const file = join(folder, 'returned.eml');
    writeFileSync(file, report({ to: 'postmaster@corp.example', status: '5.7.1' }));
    const other = await tokenFile('reader', ['audit:read']);
    expect(await run(trainingBounce, [file, ...other])).toMatchObject({ code: 1, err: expect.stringContaining('token_scope') });
    const mailer = await tokenFile('mailer', ['bounces']);
    expect(await run(trainingBounce, [file, ...mailer])).toMatchObject({
      code: 1,
      err: expect.stringContaining('bounce_unknown'),
    });
    const done = await run(trainingBounce, [file, '--recipient', received.from, '--json', ...mailer]);
    expect([done.code, JSON.parse(done.out)]).toEqual([0, { verdict: 'failed' }]);
    writeFileSync(file, 'Subject: hello\r\n\r\nno report');
    expect(await run(trainingBounce, [file, ...mailer])).toMatchObject({
      code: 1,
      err: expect.stringContaining('bounce_unreadable'),
    });
    for (const [text, args] of [
      ['', [file]],
      ['x'.repeat(300_000), [file]],
      ['x', [file, 'another']],
      ['x', [join(folder, 'none')]],
    ] as const) {
      writeFileSync(file, text);
      expect((await run(trainingBounce, [...args, ...mailer])).code).toBe(2);
    }
  });

  it('is forgotten after thirty days, and keeps no token', async () => {
    const { received } = await tipTo('li');
    const [, token = ''] = /\+([a-z2-7]{26})@/.exec(received.from) ?? [];
    expect(token).not.toBe('');
    for (const file of readdirSync(deployment.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()))
      expect(readFileSync(join(file.parentPath, file.name)).includes(token), file.name).toBe(false);
    expect(await train().bounces.expects(received.from)).toBe(true);
    clock.now += 31 * dayMs;
    await expect(bring(received.from)).rejects.toMatchObject({ responseCode: 550 });
    expect(await train().bounces.expects(received.from)).toBe(false);
    expect(await givenUp()).toEqual([]);
  });
});
