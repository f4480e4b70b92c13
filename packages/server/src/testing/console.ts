import { type Endpoint, type SignInStep, setup } from '@menshen/contract';
import type * as z from 'zod';
import type { Platform } from '../platform/model.ts';

export const testPassword = 'correct horse battery staple';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly body: Body & { readonly code?: string };
  readonly headers: Headers;
}

interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** For tests: a browser at the console, with its cookies and its CSRF token, and no page. */
export class ConsoleBrowser {
  /** Another one after a restart. */
  url: string;
  readonly cookies = new Map<string, string>();
  csrf = '';
  /** The address that a proxy in front of the console would name; none by default. */
  from: string | null;

  constructor(url: string, from: string | null = null) {
    this.url = url;
    this.from = from;
  }

  async call<E extends Endpoint>(endpoint: E, parts: Parts = {}): Promise<Answer<z.output<E['response']>>> {
    const path = endpoint.path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(parts.params?.[name] ?? ''));
    const query = new URLSearchParams(parts.query).toString();
    const headers: Record<string, string> = {
      ...(this.cookies.size === 0 ? {} : { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
      ...(endpoint.method === 'GET' || this.csrf === '' ? {} : { 'x-menshen-csrf': this.csrf }),
      ...(this.from === null ? {} : { 'x-forwarded-for': this.from }),
      ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...parts.headers,
    };
    const response = await fetch(`${this.url}${path}${query === '' ? '' : `?${query}`}`, {
      method: endpoint.method,
      headers,
      body: parts.body === undefined ? null : JSON.stringify(parts.body),
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      if (/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(pair.slice(0, at));
      else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const body = (await response.json()) as Answer<z.output<E['response']>>['body'];
    this.#learn(body);
    return { status: response.status, body, headers: response.headers };
  }

  /** Whatever an answer says of the session. */
  #learn(body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    if ('csrf' in body && typeof body.csrf === 'string') this.csrf = body.csrf;
    for (const key of ['session', 'step'] as const) if (key in body) this.#learn((body as Record<string, unknown>)[key]);
  }
}

/** What the one-time link of a first start holds. */
export const setupTokenOf = ({ setupPath }: Pick<Platform, 'setupPath'>): string => setupPath?.split('token=')[1] ?? '';

/** A browser in which somebody has become the one administrator, who holds all powers. */
export async function setUpAlone(platform: Pick<Platform, 'api' | 'setupPath'>): Promise<ConsoleBrowser> {
  const browser = new ConsoleBrowser(platform.api.url);
  const body = { token: setupTokenOf(platform), username: 'alone', password: testPassword, mode: 'single_operator' };
  await browser.call(setup, { body });
  return browser;
}

/** The ticket of a step that is not the last. */
export function ticketOf(step: SignInStep): string {
  if (step.next === 'signed_in') throw new Error('signed in already');
  return step.ticket;
}

/** For tests: asks for approval of a call. */
export function approvalOf(endpoint: Endpoint, parts: Parts, reason = 'a reason for the test') {
  return {
    endpoint: endpoint.id,
    ...(parts.params === undefined ? {} : { params: parts.params }),
    ...(parts.query === undefined ? {} : { query: parts.query }),
    ...(parts.body === undefined ? {} : { body: parts.body }),
    reason,
  };
}
