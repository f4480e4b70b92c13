import { isLoopback, mayAdminister } from '../admin/access.ts';
import { type EmulatorRequest, type EmulatorResponse, respond } from '../http/exchange.ts';
import type { AgentOptions } from '../options.ts';
import type { World } from '../world.ts';
import { wecomAudience } from './token.ts';
import { visibilityOfAgent } from './visibility.ts';

/** The authorization page of sites that are opened inside WeCom (path/91022): there the member is known, and nothing is shown. */
const authorizePath = '/connect/oauth2/authorize';
/** WeCom's page with the code to scan, under its present and its former path, and where the page's own links lead. */
const pagePaths: ReadonlySet<string> = new Set(['/wwlogin/sso/login', '/wwopen/sso/qrConnect', authorizePath]);
const scanPath = '/wwlogin/sso/scan';
const maxShown = 500;
/** A member who has neither left nor been disabled. */
const active = 1;

const contentSecurityPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (letter) => escapes[letter] ?? '');

/** The audience of codes of a web login: one app of the company. */
export function webLoginAudience(corpid: string, agentid: number): string {
  return `${wecomAudience(corpid)}:${agentid}`;
}

function html(status: number, body: string): EmulatorResponse {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  return respond(
    status,
    headers,
    `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>企业微信扫码登录（模拟）</title><body>${body}</body></html>`,
  );
}

/** A target that the app may send people to: this machine, or a domain that its options trust (WeCom's 可信域名). */
function trustedTarget(text: string, agent: AgentOptions): URL | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  const isHere = url.hostname === 'localhost' || url.hostname === '[::1]' || isLoopback(url.hostname);
  return isHere || agent.trustedDomains?.includes(url.host) === true ? url : undefined;
}

/** WeCom takes `code` alone, and one of its two scopes. */
const isAuthorization = (query: URLSearchParams): boolean =>
  query.get('response_type') === 'code' && ['snsapi_base', 'snsapi_privateinfo'].includes(query.get('scope') ?? '');

/**
 * The scan code page of a web login (https://developer.work.weixin.qq.com/document/path/98152): instead of a code to scan it lists the members that
 * the app sees. A link stands for the scan: it leads back to the app with `code` and `state`. It mints logins for anybody, so only this machine may
 * open it, and only the page's own links lead on.
 */
export function createScanPage(world: () => World): (request: EmulatorRequest, url: URL) => EmulatorResponse | undefined {
  return (request, url) => {
    const isScan = url.pathname === scanPath;
    if (!isScan && !pagePaths.has(url.pathname)) return undefined;
    // The page itself is reached from the app's own page, another origin; a scan is not.
    const allowed = isScan ? mayAdminister(request) : isLoopback(request.remoteAddress);
    if (!allowed) return respond(403, { 'content-type': 'text/plain' }, 'only from this machine');
    if (request.method !== 'GET') return respond(405, { 'content-type': 'text/plain' }, 'GET only');
    const { wecom } = world().options;
    const agent = wecom?.agents.find((candidate) => String(candidate.agentid) === url.searchParams.get('agentid'));
    if (!wecom || !agent || url.searchParams.get('appid') !== wecom.corpid) return html(400, '<p>appid 或 agentid 不正确</p>');
    const target = trustedTarget(url.searchParams.get('redirect_uri') ?? '', agent);
    if (!target) return html(400, '<p>redirect_uri 与配置的授权完成回调域名不一致（50001）</p>');
    if (url.pathname === authorizePath && !isAuthorization(url.searchParams))
      return html(400, '<p>response_type 或 scope 不正确</p>');
    const state = url.searchParams.get('state') ?? '';
    const visible = visibilityOfAgent(world().directory, agent);

    if (!isScan) {
      const members = world()
        .directory.members()
        .filter((member) => member.status === active && visible.seesMember(member))
        .slice(0, maxShown);
      const links = members.map((member) => {
        const query = new URLSearchParams(url.searchParams);
        query.set('userid', member.userid);
        return `<li><a href="${escapeHtml(`${scanPath}?${query}`)}">${escapeHtml(member.name)}（${escapeHtml(member.userid)}）</a></li>`;
      });
      const said =
        url.pathname === authorizePath
          ? '<h1>企业微信网页授权（模拟）</h1><p>以谁的身份打开？</p>'
          : '<h1>企业微信扫码登录（模拟）</h1><p>以谁的手机扫码？</p>';
      return html(200, `${said}<ul>${links.join('')}</ul>`);
    }
    const member = world().directory.member(url.searchParams.get('userid') ?? '');
    if (!member || member.status !== active || !visible.seesMember(member)) return html(400, '<p>成员不在应用可见范围内</p>');
    const audience = webLoginAudience(wecom.corpid, agent.agentid);
    const { code } = world().codes.issue({ kind: 'wecom-web', audience, person: member.userid });
    target.searchParams.set('code', code);
    target.searchParams.set('state', state);
    target.searchParams.set('appid', wecom.corpid);
    return respond(302, { location: target.href, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' }, '');
  };
}
