import { demoAccounts } from '../credentials.ts';

const timeoutMs = 5_000;

function field(body: unknown, name: string): string | null {
  const value: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : null;
  return typeof value === 'string' && value !== '' ? value : null;
}

/** How a backend without Menshen asks WeCom whose login code it is: with an access token, and nothing else. */
export function createWecomLogin(wecomUrl: string): (code: string) => Promise<string | null> {
  const get = async (path: string, query: Readonly<Record<string, string>>): Promise<unknown> => {
    const url = new URL(path, wecomUrl);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return (await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })).json();
  };
  return async (code) => {
    const { corpid, agentSecret } = demoAccounts;
    const token = field(await get('/cgi-bin/gettoken', { corpid, corpsecret: agentSecret }), 'access_token');
    if (token === null) return null;
    const query = { access_token: token, js_code: code, grant_type: 'authorization_code' };
    return field(await get('/cgi-bin/miniprogram/jscode2session', query), 'userid');
  };
}
