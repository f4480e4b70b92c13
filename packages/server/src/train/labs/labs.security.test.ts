import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { openLibrary } from '../courses/library.ts';
import { type LearnBrowser, learnBrowser, withTraining } from '../testing.ts';

type Json = Record<string, unknown>;
interface Run {
  readonly state: string;
  readonly protected: boolean;
  readonly log: readonly { request: string; outcome: string; code: string | null; stage: string | null; alarm: string | null }[];
  readonly standings: readonly { request: string; succeeded: boolean | null; held: boolean }[];
  readonly changes: readonly { mark: string; line: string }[];
}

const startMs = 180_000;

/** The three cases of the product, each in a real sandbox: processes, gateway, emulator, backend and log. */
describe('labs, end to end', { timeout: 2 * startMs }, () => {
  let deployment: Deployment;
  let zhang: LearnBrowser;
  let li: LearnBrowser;
  beforeAll(async () => {
    deployment = await startDeployment({
      change: (config) => withTraining(config, { labs: { enabled: true, atOnce: 1, minutes: 30 } }),
    });
    zhang = learnBrowser(deployment);
    li = learnBrowser(deployment);
    await zhang.signIn('zhang');
    await li.signIn('li');
  }, startMs);
  afterAll(() => deployment?.close());

  const runOf = (body: Json): Run => (body['run'] ?? (body['view'] as Json)['run']) as Run;
  const begin = async (lab: string): Promise<void> => {
    const started = await zhang.call('POST', `labs/${lab}/start`, {});
    expect([started.status, started.body['code']]).toEqual([200, undefined]);
    await expect
      .poll(async () => runOf((await zhang.call('GET', `labs/${lab}`)).body).state, { timeout: startMs, interval: 300 })
      .toBe('running');
  };
  const send = async (lab: string, request: string, values: Json = {}) => {
    const { status, body } = await zhang.call('POST', `labs/${lab}/requests`, { request, values });
    expect([request, status, body['code']]).toEqual([request, 200, undefined]);
    return { status: Number(body['status']), text: String(body['body']), harmed: body['harmed'], run: runOf(body) };
  };
  const passed = async (lab: string): Promise<unknown> =>
    ((await zhang.call('GET', 'labs')).body['labs'] as Json[]).find(({ id }) => id === lab)?.['passed'];

  it('a stolen login reads and changes a record, until a second factor is asked for; its owner notices nothing', async () => {
    const lab = 'stolen-login';
    const folder = join(String(deployment.config.data), 'labs');
    await begin(lab);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(await send(lab, 'read')).toMatchObject({ status: 200, harmed: true });
    const changed = await send(lab, 'change', { phone: '13912345678' });
    expect([changed.status, changed.harmed, changed.text.includes('13912345678')]).toEqual([200, true, true]);
    // What is not protected yet is not passed by asking politely.
    await send(lab, 'own-read');
    await send(lab, 'own-change');
    expect(await passed(lab)).toBeNull();

    // The sandbox is zhang's: li reaches neither it nor its switch, and finds no place for another.
    expect((await li.call('POST', `labs/${lab}/requests`, { request: 'read', values: {} })).body['code']).toBe('lab_over');
    expect((await li.call('POST', `labs/${lab}/protection`, {})).body['code']).toBe('lab_over');
    expect((await li.call('GET', `labs/${lab}`)).body['run']).toBeNull();
    expect((await li.call('POST', `labs/${lab}/start`, {})).body['code']).toBe('labs_full');

    const { status, body } = await zhang.call('POST', `labs/${lab}/protection`, {});
    expect([status, runOf(body).protected]).toEqual([200, true]);
    expect(
      runOf(body)
        .changes.filter(({ mark }) => mark !== ' ')
        .map(({ line }) => line.trim()),
    ).toEqual(expect.arrayContaining(['threshold: null', 'threshold: 3']));
    for (const request of ['read', 'change']) {
      const stopped = await send(lab, request);
      expect([stopped.status, stopped.harmed, stopped.text.includes('mfa_required')]).toEqual([403, false, true]);
    }
    expect(await send(lab, 'own-read')).toMatchObject({ status: 200 });
    // A try of a fifth request at a place that no request of the lab names.
    for (const values of [{ url: 'http://127.0.0.1/' }, { path: '/_menshen/v1/login' }])
      expect((await zhang.call('POST', `labs/${lab}/requests`, { request: 'change', values })).body['code']).toBe(
        'validation_failed',
      );
    expect((await zhang.call('POST', `labs/${lab}/requests`, { request: 'own-change', passed: true })).status).toBe(422);
    expect(await passed(lab)).toBeNull();
    const { run } = await send(lab, 'own-change', { address: '上海市黄浦区' });
    expect(await passed(lab)).toEqual(expect.any(Number));
    expect(run.standings.every(({ held, succeeded }) => held && succeeded !== false)).toBe(true);
    expect(run.log.find(({ code }) => code === 'mfa_required')).toMatchObject({ outcome: 'refused', stage: 'authenticate' });

    await zhang.call('POST', `labs/${lab}/end`, {});
    expect(readdirSync(folder)).toEqual([]);
    expect(deployment.platform.train.labs.running()).toBe(0);
    await deployment.indexed();
    const { rows } = await deployment.platform.queries.list({ kind: 'security', q: 'training lab' }, 10, null);
    expect(rows.map(({ action }) => action)).toEqual(expect.arrayContaining(['training lab.create', 'training lab.update']));
  });

  it('tampered coupons are granted, until the campaign is guarded; customers go on claiming', async () => {
    const lab = 'tampered-coupon';
    await begin(lab);
    // A claim that the campaign allows is no attack, whatever its learner calls it.
    expect(await send(lab, 'raise-amount', { amountCents: 2_000 })).toMatchObject({ status: 201, harmed: false });
    expect(await send(lab, 'raise-amount', { amountCents: 100_000 })).toMatchObject({ status: 201, harmed: true });
    expect(await send(lab, 'tampered-code')).toMatchObject({ status: 201, harmed: true });
    await zhang.call('POST', `labs/${lab}/protection`, {});
    expect(await send(lab, 'raise-amount', { amountCents: 100_000 })).toMatchObject({ status: 422, harmed: false });
    const withheld = await send(lab, 'tampered-code');
    expect([withheld.status, withheld.text.includes('guard_answer_mismatch')]).toEqual([502, true]);
    expect(await passed(lab)).toBeNull();
    expect(await send(lab, 'honest-claim', { amountCents: 1_500 })).toMatchObject({ status: 201, harmed: false });
    expect(await passed(lab)).toEqual(expect.any(Number));
  });

  it('a stored script runs for everybody, until rich text is cleaned; honest layout stays as it is', async () => {
    const lab = 'stored-script';
    // Another lab takes the place of the one before: there is one place here.
    await begin(lab);
    const html = '<p>年终奖</p><svg/onload=alert(document.cookie)></svg>';
    expect(await send(lab, 'publish', { html })).toMatchObject({ status: 201, harmed: true });
    expect(await send(lab, 'old')).toMatchObject({ status: 200, harmed: true });
    await zhang.call('POST', `labs/${lab}/protection`, {});
    const cleaned = await send(lab, 'publish', { html });
    expect([cleaned.harmed, cleaned.text.includes('onload'), cleaned.text.includes('年终奖')]).toEqual([false, false, true]);
    expect(cleaned.run.log.at(-1)).toMatchObject({ request: 'publish', alarm: 'rich_text_script' });
    expect(await send(lab, 'publish', { title: '<script>alert(1)</script>', html: '<p>好</p>' })).toMatchObject({ status: 403 });
    expect(await send(lab, 'old')).toMatchObject({ status: 200, harmed: false });
    expect(await send(lab, 'honest-publish')).toMatchObject({ status: 201, harmed: false });
    expect(await passed(lab)).toEqual(expect.any(Number));
  });

  it('counts into the certificate: the test alone gives none where a lab is asked for, and the lab brings it', async () => {
    const course = 'injection';
    const known = openLibrary().courses.get(course);
    const submit = async (who: LearnBrowser) => {
      const { body } = await who.call('POST', `courses/${course}/attempts`, { language: 'zh' });
      const answers = Object.fromEntries(
        (body['questions'] as { id: string; options: string[] }[]).map(({ id, options }) => {
          const judged = known?.bank.find((question) => question.id === id);
          const texts = known?.text.zh.questions.get(id)?.options ?? [];
          const right = new Set(texts.filter((_, option) => judged?.right[option]));
          return [id, options.flatMap((option, place) => (right.has(option) ? [place] : []))];
        }),
      );
      return (await who.call('POST', `attempts/${body['attempt']}`, { answers, language: 'zh' })).body;
    };
    // zhang has passed the lab before.
    const whole = await submit(zhang);
    expect([whole['passed'], whole['labs']]).toEqual([true, []]);
    const verified = await zhang.call('GET', `certificates/${whole['certificate']}`);
    expect(verified.body).toMatchObject({ state: 'valid', certificate: { labs: ['stored-script'] } });
    const half = await submit(li);
    expect([half['passed'], half['certificate'], half['labs']]).toEqual([
      true,
      null,
      [{ id: 'stored-script', title: { zh: '存进公告的脚本', en: 'A stored script' } }],
    ]);
    const { train } = deployment.platform;
    await train.completion.labPassed({ uid: 'li', name: '李四' }, 'stored-script');
    // Said, but not done: the store knows of no passing.
    expect((await train.certificates.ofPerson('li')).has(course)).toBe(false);
  });

  it('sends to nothing but its own gateway, whatever is typed into the fields', async () => {
    const heard: string[] = [];
    const listener = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`;
    const lab = 'stored-script';
    await send(lab, 'publish', { title: url, html: `<img src="${url}">` });
    await send(lab, 'publish', { title: `x\r\nHost: ${url}`, html: `${url}\r\n\r\nGET ${url} HTTP/1.1` });
    for (const request of [url, '//evil', 'publish/../old', 'publish?x=1'])
      expect((await zhang.call('POST', `labs/${lab}/requests`, { request, values: {} })).status).toBe(422);
    for (const path of [`labs/${encodeURIComponent(url)}/start`, 'labs/..%2fhome/start'])
      expect((await zhang.call('POST', path, {})).status).toBeGreaterThanOrEqual(400);
    const long = await zhang.call('POST', `labs/${lab}/requests`, { request: 'publish', values: { html: 'x'.repeat(4_001) } });
    expect(long.status).toBe(422);
    listener.close();
    expect(heard).toEqual([]);
  });

  it('leaves no process and no folder behind when the deployment ends', async () => {
    const folder = join(String(deployment.config.data), 'labs');
    expect(readdirSync(folder)).toHaveLength(1);
    await deployment.platform.train.labs.close();
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  });
});
