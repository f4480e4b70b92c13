import type { ConfigInput } from '@menshen/contract';
import type { Deployment } from '../testing/deployment.ts';

/** Adds the page for employees to a test's configuration, with the emulator in WeCom's place. */
export function withTraining(config: ConfigInput, more: NonNullable<ConfigInput['training']> = {}): ConfigInput {
  const emulator = config.apps?.[0]?.wecom?.apiBase ?? '';
  return {
    ...config,
    training: {
      listen: '127.0.0.1:0',
      authorizeUrl: `${emulator}/connect/oauth2/authorize`,
      scanUrl: `${emulator}/wwlogin/sso/login`,
      ...more,
    },
  };
}

export interface LearnAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A browser on the page for employees, without the page: cookies, CSRF token and nothing else. */
export interface LearnBrowser {
  readonly cookies: Map<string, string>;
  csrf: string | null;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<LearnAnswer>;
  /** The way through WeCom as far as the answer: `code` and `state`. */
  wecomAnswer(userid: string, way?: 'wecom' | 'scan'): Promise<{ readonly code: string; readonly state: string }>;
  signIn(userid: string): Promise<void>;
}

export function learnBrowser(deployment: Deployment): LearnBrowser {
  const base = (deployment.platform.learnUrl() ?? '').replace('localhost', '127.0.0.1');
  const cookies = new Map<string, string>();
  const browser: LearnBrowser = {
    cookies,
    csrf: null,
    async call(method, path, body, headers = {}) {
      const response = await fetch(`${base}/api/learn/v1/${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(browser.csrf === null || method === 'GET' ? {} : { 'x-menshen-csrf': browser.csrf }),
          ...(cookies.size === 0 ? {} : { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (value === '') cookies.delete(name);
        else cookies.set(name, value);
      }
      return {
        status: response.status,
        body: (await response.json().catch(() => ({}))) as Record<string, unknown>,
        headers: response.headers,
      };
    },
    async wecomAnswer(userid, way = 'scan') {
      const { body } = await browser.call('POST', 'sign-in/start', { way });
      const url = new URL(String(body['url']));
      url.pathname = '/wwlogin/sso/scan';
      url.searchParams.set('userid', userid);
      const back = await fetch(url, { redirect: 'manual' });
      const target = new URL(back.headers.get('location') ?? '');
      return { code: target.searchParams.get('code') ?? '', state: target.searchParams.get('state') ?? '' };
    },
    async signIn(userid) {
      const { status, body } = await browser.call('POST', 'sign-in/finish', await browser.wecomAnswer(userid));
      if (status !== 200) throw new Error(`sign-in of ${userid}: ${status} ${JSON.stringify(body)}`);
      browser.csrf = String(body['csrf']);
    },
  };
  return browser;
}
