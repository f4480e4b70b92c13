import { holdsData } from '../answers.ts';
import { type Check, exchangeLine, type ProbeContext } from '../context.ts';
import { type ProbeAnswer, type ProbeFinding, type ProbeRoute, routeName } from '../model.ts';
import type { TlsFacts } from '../tls.ts';

const who = (context: ProbeContext): 'a' | 'nobody' => (context.has('a') ? 'a' : 'nobody');

/** The first readable route that answers with data, and its answer. */
async function working(context: ProbeContext): Promise<{ route: ProbeRoute; path: string; answer: ProbeAnswer } | null> {
  for (const route of context.routes) {
    if (route.method !== 'GET') continue;
    const answer = await context.baseline(who(context), route);
    const path = context.pathOf(route);
    if (answer !== null && path !== null && holdsData(answer)) return { route, path, answer };
  }
  return null;
}

const limitedStatus = new Set([429, 503, 509]);

/** Routes whose repetition costs most: codes that are sent, accounts that are tried, tables that are copied. */
const costly = /sms|code|captcha|login|token|verify|export|download|search|query|list/i;

/** Routes that are tried; each takes a burst. */
const mostRoutes = 3;

/** Readable routes that answer with data, the costly ones first. */
async function answering(context: ProbeContext): Promise<{ route: ProbeRoute; path: string }[]> {
  const readable = context.routes.filter(({ method }) => method === 'GET');
  const sorted = [...readable.filter(({ path }) => costly.test(path)), ...readable.filter(({ path }) => !costly.test(path))];
  const found: { route: ProbeRoute; path: string }[] = [];
  for (const route of sorted) {
    if (found.length >= mostRoutes) break;
    const answer = await context.baseline(who(context), route);
    const path = context.pathOf(route);
    if (answer !== null && path !== null && holdsData(answer)) found.push({ route, path });
  }
  return found;
}

/** Whether a limit showed itself within the burst; the last answer when none did. */
async function unlimited(context: ProbeContext, path: string): Promise<ProbeAnswer | null> {
  let last: ProbeAnswer | null = null;
  for (let count = 0; count < context.burst; count += 1) {
    last = await context.ask(who(context), path);
    // Refused in any way after it was answered before: something counts.
    if (limitedStatus.has(last.status) || !holdsData(last)) return null;
  }
  return last;
}

/** MP-PRB-005: so many requests in a row, and none was limited. Tried on several routes, since a limit often stands before one of them only. */
export const rateLimit: Check = async (context) => {
  if (context.burst === 0) return [];
  const found: ProbeFinding[] = [];
  for (const { route, path } of await answering(context)) {
    const last = await unlimited(context, path);
    if (last === null) continue;
    found.push({
      ...{ rule: 'MP-PRB-005', severity: 'medium', confidence: 'medium', route: routeName(route), detail: '' },
      message: {
        zh: `同一账号连续 ${context.burst} 次请求都得到了数据，没有被限速`,
        en: `${context.burst} requests of one account in a row were all answered with data`,
      },
      exchange: [`${context.burst} × ${exchangeLine(who(context), 'GET', path, last)}`],
    });
  }
  return found;
};

/** MP-PRB-009: headers that a browser would keep to. */
export const securityHeaders: Check = async (context) => {
  const one = await working(context);
  const answer = one?.answer ?? (await context.ask(who(context), '/'));
  if (answer.status === 0) return [];
  const { headers } = answer;
  const page = /html/.test(headers['content-type'] ?? '');
  const missing: (readonly [string, string, string])[] = [];
  if (!/nosniff/i.test(headers['x-content-type-options'] ?? ''))
    missing.push(['X-Content-Type-Options', '浏览器可能把响应当作网页', 'a browser may take an answer for a page']);
  if (context.origin.startsWith('https:') && headers['strict-transport-security'] === undefined)
    missing.push(['Strict-Transport-Security', '浏览器仍可能走明文', 'a browser may still go by clear HTTP']);
  if (page && headers['content-security-policy'] === undefined)
    missing.push(['Content-Security-Policy', '网页没有内容安全策略', 'the page has no policy for its content']);
  if (page && headers['x-frame-options'] === undefined && !/frame-ancestors/.test(headers['content-security-policy'] ?? ''))
    missing.push(['X-Frame-Options', '网页可以被嵌进别的网站', 'the page can be framed by another site']);
  return missing.map(
    ([header, zh, en]): ProbeFinding => ({
      ...{ rule: 'MP-PRB-009', severity: 'low', confidence: 'high', route: context.origin, detail: header },
      message: { zh: `响应缺少 ${header}：${zh}`, en: `Answers lack ${header}: ${en}` },
      exchange: [exchangeLine(who(context), 'GET', one?.path ?? '/', answer)],
    }),
  );
};

/** MP-PRB-011: any site may read answers with the user's credentials. */
export const cors: Check = async (context) => {
  const one = await working(context);
  if (one === null) return [];
  for (const origin of [`https://${context.random()}.example`, 'null']) {
    const answer = await context.ask(who(context), one.path, { headers: { origin } });
    const allowed = answer.headers['access-control-allow-origin'];
    if (allowed !== origin || answer.headers['access-control-allow-credentials'] !== 'true') continue;
    return [
      {
        ...{
          rule: 'MP-PRB-011',
          severity: 'high',
          confidence: 'high',
          route: context.origin,
          detail: origin === 'null' ? 'null' : 'any',
        },
        message: {
          zh: origin === 'null' ? '响应允许来源 null 携带凭证' : '响应允许任意来源携带凭证',
          en: origin === 'null' ? 'Answers allow the origin null with credentials' : 'Answers allow any origin with credentials',
        },
        exchange: [exchangeLine(who(context), 'GET', one.path, answer), `access-control-allow-origin: ${allowed}`],
      },
    ];
  }
  return [];
};

const soonDays = 14;

/** MP-PRB-010: what the connection itself shows. `clear` is said of hosts that others can reach. */
export const transport =
  (facts: TlsFacts | null): Check =>
  async ({ origin }) => {
    const finding = (detail: string, severity: ProbeFinding['severity'], zh: string, en: string): ProbeFinding => ({
      ...{ rule: 'MP-PRB-010', severity, confidence: 'high', route: origin, detail, message: { zh, en }, exchange: [] },
    });
    if (facts === null) return [];
    if (facts.kind === 'clear') return [finding('clear', 'high', '接口用明文 HTTP', 'The interface speaks clear HTTP')];
    const found: ProbeFinding[] = [];
    if (facts.problem !== null)
      found.push(finding('certificate', 'high', `证书无效：${facts.problem}`, `The certificate is not valid: ${facts.problem}`));
    else if (facts.daysLeft < soonDays)
      found.push(
        finding('expiry', 'medium', `证书将在 ${facts.daysLeft} 天内到期`, `The certificate ends within ${facts.daysLeft} days`),
      );
    if (facts.old !== null) found.push(finding('version', 'high', `接受旧版本 ${facts.old}`, `It accepts the old ${facts.old}`));
    return found;
  };
