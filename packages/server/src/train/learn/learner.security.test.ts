import { learnEndpoints } from '@menshen/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Deployment, startDeployment } from '../../testing/deployment.ts';
import { openLibrary } from '../courses/library.ts';
import { type LearnBrowser, learnBrowser, withTraining } from '../testing.ts';

const unknown = 'A'.repeat(43);
const dayMs = 86_400_000;

describe('the page for employees', () => {
  let deployment: Deployment;
  let now = 1_790_000_000_000;
  let zhang: LearnBrowser;
  let base: string;
  beforeAll(async () => {
    deployment = await startDeployment({
      clock: () => now,
      change: (config) => withTraining(config),
    });
    base = (deployment.platform.learnUrl() ?? '').replace('localhost', '127.0.0.1');
    zhang = learnBrowser(deployment);
    await zhang.signIn('zhang');
  });
  afterAll(() => deployment?.close());

  /** Answers that are all right, as only the server could know them: from the course's own text. */
  const rightAnswers = (course: string, questions: readonly { id: string; options: readonly string[] }[]) => {
    const known = openLibrary().courses.get(course);
    return Object.fromEntries(
      questions.map(({ id, options }) => {
        const judged = known?.bank.find((question) => question.id === id);
        const texts = known?.text.zh.questions.get(id)?.options ?? [];
        const right = new Set(texts.filter((_, option) => judged?.right[option]));
        return [id, options.flatMap((option, place) => (right.has(option) ? [place] : []))];
      }),
    );
  };
  const startAttempt = async (browser: LearnBrowser) => {
    const { status, body } = await browser.call('POST', 'courses/phishing/attempts', { language: 'zh' });
    return { status, body, questions: (body['questions'] ?? []) as { id: string; options: string[] }[] };
  };

  it('opens nothing to a stranger but its state, the ways in and certificates', async () => {
    const stranger = learnBrowser(deployment);
    for (const { method, path, access } of learnEndpoints) {
      if (access === 'public') continue;
      const asked = path
        .replace('/api/learn/v1/', '')
        .replace('{id}', 'phishing')
        .replace('{attempt}', `ta_${'A'.repeat(22)}`);
      const { status, body } = await stranger.call(method, asked, method === 'GET' ? undefined : {});
      expect([method, asked, status, body['code']]).toEqual([method, asked, 401, 'session_missing']);
    }
    expect((await stranger.call('GET', 'state')).body).toMatchObject({ csrf: null, ways: ['wecom', 'scan'] });
  });

  it('lets no session of the console or of an app in, nor its own session in there', async () => {
    const token = await deployment.token('zhang');
    const withBearer = await learnBrowser(deployment).call('GET', 'home', undefined, { authorization: `Bearer ${token}` });
    expect(withBearer.status).toBe(401);
    const cookie = zhang.cookies.get('menshen_learner') ?? '';
    const console = await fetch(`${deployment.platform.api.url}/api/v1/today`, {
      headers: { cookie: `menshen_console=${cookie}` },
    });
    expect(console.status).toBe(401);
    expect((await fetch(`${base}/api/v1/today`)).status).toBe(404);
    expect((await fetch(`${deployment.platform.api.url}/api/learn/v1/state`)).status).toBe(404);
  });

  it('refuses an answer of WeCom that another browser began, a state twice, and a code of its own making', async () => {
    const attacker = learnBrowser(deployment);
    const victim = learnBrowser(deployment);
    // Login CSRF: the attacker's code and state in the victim's browser.
    const answer = await attacker.wecomAnswer('li');
    await victim.call('POST', 'sign-in/start', { way: 'scan' });
    expect((await victim.call('POST', 'sign-in/finish', answer)).body['code']).toBe('learner_sign_in_failed');
    // The state is used up by that.
    expect((await attacker.call('POST', 'sign-in/finish', answer)).status).toBe(403);
    const { state } = await attacker.wecomAnswer('li');
    expect((await attacker.call('POST', 'sign-in/finish', { code: 'made-up', state })).status).toBe(403);
    expect((await attacker.call('POST', 'sign-in/finish', { code: 'made-up', state: unknown })).status).toBe(403);
    expect(attacker.cookies.has('menshen_learner')).toBe(false);
  });

  it('takes a ticket of the gateway once, within its minute, and from employees alone', async () => {
    const token = await deployment.token('li');
    const issue = async () => {
      const { status, body } = await deployment.call('POST', '/_menshen/v1/learn', { token, body: {} });
      expect(status).toBe(200);
      return /#ticket=([\w-]{43})$/.exec(String(body['url']))?.[1] ?? '';
    };
    const ticket = await issue();
    const browser = learnBrowser(deployment);
    const { status, body } = await browser.call('POST', 'sign-in/ticket', { ticket });
    expect(status).toBe(200);
    browser.csrf = String(body['csrf']);
    expect((await browser.call('GET', 'home')).body['name']).toBe('李四');
    expect((await learnBrowser(deployment).call('POST', 'sign-in/ticket', { ticket })).status).toBe(403);
    const late = await issue();
    now += 61_000;
    expect((await learnBrowser(deployment).call('POST', 'sign-in/ticket', { ticket: late })).status).toBe(403);
    expect((await deployment.call('POST', '/_menshen/v1/learn', { body: {} })).status).toBe(401);
  });

  it('takes no write from elsewhere: without the token, with a wrong one, from another site', async () => {
    const body = { language: null, leaderboard: true, mail: true, bulletins: true, warnings: true };
    const { csrf } = zhang;
    zhang.csrf = null;
    expect((await zhang.call('PUT', 'preferences', body)).body['code']).toBe('csrf_refused');
    zhang.csrf = unknown;
    expect((await zhang.call('PUT', 'preferences', body)).body['code']).toBe('csrf_refused');
    zhang.csrf = csrf;
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
    ])
      expect((await zhang.call('PUT', 'preferences', body, headers as Record<string, string>)).body['code']).toBe('csrf_refused');
    expect((await zhang.call('PUT', 'preferences', { ...body, leaderboard: false })).status).toBe(200);
  });

  it('serves everything under a policy without inline script or style, and its cookie out of reach of scripts', async () => {
    const { headers } = await zhang.call('GET', 'state');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers.get('x-frame-options')).toBe('DENY');
    const fresh = learnBrowser(deployment);
    const answer = await fresh.call('POST', 'sign-in/finish', await fresh.wecomAnswer('zhang'));
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('menshen_learner=')) ?? '';
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=Strict/);
  });

  it('sends no answer before it was given, neither of a card, of a test nor of a refresher', async () => {
    const { body } = await zhang.call('GET', 'courses/phishing');
    const attempt = await startAttempt(zhang);
    const text = JSON.stringify([body['cards'], attempt.body]);
    expect(text).not.toMatch(/"right|rightOptions|because/);
    const library = openLibrary().courses.get('phishing');
    for (const { because } of library?.text.zh.questions.values() ?? []) expect(text).not.toContain(because);
    // The course's file has the right option first: what is shown has not, for all questions at once.
    const first = attempt.questions.map(({ id, options }) => {
      const right = rightAnswers('phishing', [{ id, options }])[id] ?? [];
      return right[0];
    });
    expect(new Set(first).size).toBeGreaterThan(1);
  });

  it('goes on with the test that has begun, whatever is clicked, and takes it once, in time, from its own person', async () => {
    const attempt = await startAttempt(zhang);
    const again = await startAttempt(zhang);
    expect(again.body).toEqual({ ...attempt.body, now: again.body['now'] });
    const id = String(attempt.body['attempt']);
    const answers = rightAnswers('phishing', attempt.questions);
    const li = learnBrowser(deployment);
    await li.signIn('li');
    expect((await li.call('POST', `attempts/${id}`, { answers, language: 'zh' })).status).toBe(404);
    const wrong = Object.fromEntries(attempt.questions.map(({ id: question }) => [question, []]));
    const handed = await zhang.call('POST', `attempts/${id}`, { answers: wrong, language: 'zh' });
    expect(handed.body).toMatchObject({ right: 0, passed: false, certificate: null });
    // The explanations are known now: the same attempt takes nothing more.
    expect((await zhang.call('POST', `attempts/${id}`, { answers, language: 'zh' })).body['code']).toBe('attempt_over');
    const second = await startAttempt(zhang);
    now += dayMs / 24;
    const late = await zhang.call('POST', `attempts/${second.body['attempt']}`, { answers: {}, language: 'zh' });
    expect(late.body['code']).toBe('attempt_over');
    await startAttempt(zhang);
    now += dayMs / 24;
    expect((await startAttempt(zhang)).body['code']).toBe('attempts_used_up');
  });

  it('hands in two at once, and one counts', async () => {
    const li = learnBrowser(deployment);
    await li.signIn('li');
    const [one, two] = await Promise.all([startAttempt(li), startAttempt(li)]);
    expect(one.body['attempt']).toBe(two.body['attempt']);
    const answers = rightAnswers('phishing', one.questions);
    const hand = () => li.call('POST', `attempts/${one.body['attempt']}`, { answers, language: 'zh' });
    const results = await Promise.all([hand(), hand(), hand()]);
    expect(results.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await deployment.platform.train.certificates.ofPerson('li')).size).toBe(1);
  });

  it('lets nobody answer a refresher ahead of its day', async () => {
    const li = learnBrowser(deployment);
    await li.signIn('li');
    const known = (await deployment.platform.train.quizStore.memory('li'))[0];
    const body = { course: 'phishing', question: known?.question, chosen: [0], language: 'zh' };
    expect((await li.call('POST', 'refresh', body)).status).toBe(404);
    expect((await li.call('POST', 'refresh', { ...body, question: 'never-met' })).status).toBe(404);
  });

  it('shows a certificate to who has its number, says only what it says, and no longer vouches when it is revoked', async () => {
    const id = (await deployment.platform.train.certificates.ofPerson('li')).get('phishing') ?? '';
    const stranger = learnBrowser(deployment);
    const { status, body } = await stranger.call('GET', `certificates/${id}`);
    expect([status, body['state']]).toEqual([200, 'valid']);
    expect(Object.keys(body).sort()).toEqual(['certificate', 'file', 'publicKey', 'state', 'verifyUrl']);
    expect(JSON.stringify(body)).not.toMatch(/19900000003|财务/);
    expect((await stranger.call('GET', `certificates/tc_${'A'.repeat(22)}`)).status).toBe(404);
    await deployment.platform.train.certificates.revoke(id, 'cheated', 'test');
    expect((await stranger.call('GET', `certificates/${id}`)).body).toMatchObject({ state: 'revoked' });
    expect(JSON.stringify((await stranger.call('GET', `certificates/${id}`)).body)).not.toContain('cheated');
  });

  it('lets nobody walk through numbers of certificates at the speed of the line', async () => {
    const stranger = learnBrowser(deployment);
    const codes = new Map<number, number>();
    for (let at = 0; at < 110; at += 1) {
      const { status } = await stranger.call('GET', `certificates/tc_${String(at).padStart(22, 'A')}`);
      codes.set(status, (codes.get(status) ?? 0) + 1);
    }
    expect([...codes.keys()].sort()).toEqual([404, 429]);
    // Who signs in from the same address is not held up by that.
    await learnBrowser(deployment).signIn('zhang');
  });

  it('takes nothing that anybody typed behind the link of a drill: no field, no form, no body of another kind', async () => {
    const victim = learnBrowser(deployment);
    const token = 'A'.repeat(22);
    const typed = 'hunter2-Passw0rd';
    for (const body of [{ password: typed }, { user: 'zhang', password: typed }, [typed]]) {
      const { status, body: said } = await victim.call('POST', `drills/${token}`, body);
      expect(status).toBe(422);
      expect(JSON.stringify(said)).not.toContain(typed);
    }
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
      const form = { method: 'POST', headers: { 'content-type': type }, body: `password=${typed}` };
      expect([415, 422]).toContain((await fetch(`${base}/api/learn/v1/drills/${token}`, form)).status);
      // A landing page that somebody else put a form on would post here.
      for (const path of [`/caught/${token}`, '/']) expect([404, 415]).toContain((await fetch(`${base}${path}`, form)).status);
    }
    expect((await victim.call('POST', `drills/${token}`, {})).body['code']).toBe('not_found');
    const page = await fetch(`${base}/caught/${token}?password=${typed}`);
    expect(page.headers.get('content-security-policy')).toContain("form-action 'none'");
    expect((await zhang.call('POST', 'suspicious', { text: typed })).status).toBe(422);
    expect((await zhang.call('POST', 'suspicious', {})).body).toEqual({ drill: false });
  });

  it('ends with the person: who is blocked is out at the next call, and a session that idles ends', async () => {
    const li = learnBrowser(deployment);
    await li.signIn('li');
    await deployment.platform.directory.setBlocked('li', true, 'test', 'test');
    expect((await li.call('GET', 'home')).status).toBe(401);
    await deployment.platform.directory.setBlocked('li', false, 'test', 'test');
    const idle = learnBrowser(deployment);
    await idle.signIn('li');
    now += 2 * 3_600_000 + 1;
    expect((await idle.call('GET', 'home')).status).toBe(401);
    const out = learnBrowser(deployment);
    await out.signIn('li');
    await out.call('POST', 'sign-out', {});
    expect((await out.call('GET', 'home')).status).toBe(401);
  });
});
