import { join } from 'node:path';
import { createMenshen, type WxPlatform } from '@menshen/miniprogram';
import { createFakeWx } from '@menshen/miniprogram/testing';
import { clientEndpoints, refusalHeader, requestIdHeader } from '@menshen/wire';
import { loadMiniProgram, type PageInstance } from './runtime.ts';

const root = join(import.meta.dirname, '..', '..', '..', 'miniprogram');

export const grant = {
  token: `mst1.${'A'.repeat(64)}`,
  expiresAt: 4_000_000_000_000,
  idleSeconds: 1_800,
  user: { uid: 'lin.xiaotong', name: '林晓彤', kind: 'employee' },
  assurance: 1,
  serverTime: 1_700_000_000_000,
};

export type Reply = readonly [status: number, body: unknown];
export interface Sent {
  readonly request: string;
  readonly body: unknown;
}

/** The phone with the mini program on it, and a gateway that answers from a list: the last fitting entry counts. */
export function phone(replies: Record<string, Reply | (() => Reply)>, language = 'zh_CN') {
  const sent: Sent[] = [];
  const shown: [string, unknown][] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const { pathname } = new URL(url);
    const request = `${init.method} ${pathname}`;
    sent.push({ request, body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined });
    const reply = replies[request] ?? [404, { code: 'route_undeclared', message: '接口不存在。', requestId: 'r0' }];
    const [status, body] = typeof reply === 'function' ? reply() : reply;
    const code = typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : undefined;
    return new Response(status === 204 ? null : JSON.stringify(body), {
      status,
      headers: {
        'content-type': 'application/json',
        [requestIdHeader]: 'r1',
        ...(code === undefined ? {} : { [refusalHeader]: code }),
      },
    });
  };
  const platform: WxPlatform = createFakeWx({ fetch, loginCode: () => 'code', language });
  const note = (name: string) => (options: unknown) => void shown.push([name, options]);
  const wx = {
    ...platform,
    ...Object.fromEntries(
      [
        'navigateTo',
        'navigateBack',
        'redirectTo',
        'switchTab',
        'showToast',
        'showModal',
        'scanCode',
        'stopPullDownRefresh',
        'setClipboardData',
      ].map((name) => [name, note(name)]),
    ),
  };
  const sdk = { createMenshen: (options: Parameters<typeof createMenshen>[0]) => createMenshen({ ...options, wx: platform }) };
  const program = loadMiniProgram(root, wx, { 'vendor/menshen.js': sdk });
  return {
    open: (page: string): PageInstance => program.open(`pages/${page}/${page.split('/').at(-1)}.js`),
    sent,
    shown,
    replies,
  };
}

export const login = { [`POST ${clientEndpoints.login}`]: [200, grant] } satisfies Record<string, Reply>;

export const refusal = (status: number, code: string, message: string, more: object = {}): Reply => [
  status,
  { code, message, requestId: 'r1', ...more },
];
