import type { WxFailure, WxPlatform, WxRequestOptions, WxRequestTask, WxResponse } from '../platform.ts';

export interface FakeWxOptions {
  /** Carries the requests: the real `fetch` towards a gateway on loopback, or a test's own. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** What `wx.login` gives; a rejection makes it fail. */
  readonly loginCode: () => string | Promise<string>;
  /** What `wx.qy.login` gives; with it the phone runs WeCom. */
  readonly wecomLoginCode?: () => string | Promise<string>;
  /** Version of the base library. Default 3.8.0. */
  readonly baseLibrary?: string;
  /** Default `zh_CN`. */
  readonly language?: string;
}

/** A phone: `wx` as far as the SDK uses it, and the strings that a test pulls. */
export interface FakeWx extends WxPlatform {
  /** Most requests under way at the same time so far. */
  readonly peakRequests: number;
  /** What lies in storage. */
  readonly stored: ReadonlyMap<string, { readonly data: string; readonly encrypted: boolean }>;
  /** The app leaves the screen for more than five seconds: running requests fail with `interrupted`. */
  enterBackground(): void;
}

const maxRequests = 10;

/**
 * A phone for tests, faithful where clients go wrong: callbacks come later, any HTTP status is a success, header names keep capitals, an eleventh
 * request fails, encrypted storage opens only with `encrypt: true`, a redirect with `manual` ends the request without `success`.
 */
export function createFakeWx(options: FakeWxOptions): FakeWx {
  const stored = new Map<string, { data: string; encrypted: boolean }>();
  const running = new Set<(errMsg: string) => void>();
  let peak = 0;
  const later = (callback: () => void): void => void Promise.resolve().then(callback);

  const request = (wanted: WxRequestOptions): WxRequestTask => {
    const controller = new AbortController();
    const headListeners: ((head: { statusCode: number; header: Record<string, string> }) => void)[] = [];
    let settled = false;
    const settle = (callback: () => void): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      running.delete(fail);
      later(callback);
    };
    const fail = (errMsg: string): void => {
      settle(() => wanted.fail({ errMsg }));
      controller.abort();
    };
    const timer = setTimeout(() => fail('request:fail timeout'), wanted.timeout);
    if (running.size >= maxRequests) {
      fail('request:fail exceed max task count');
    } else {
      running.add(fail);
      peak = Math.max(peak, running.size);
      exchange(wanted, options.fetch, controller.signal).then(
        (response) => {
          for (const listener of headListeners)
            listener({ statusCode: response.statusCode, header: { ...response.header } as Record<string, string> });
          const redirected = response.statusCode >= 300 && response.statusCode < 400;
          settle(() => (redirected ? undefined : wanted.success(response)));
        },
        (error: unknown) => fail(`request:fail ${error instanceof Error ? error.message : 'unknown'}`),
      );
    }
    return {
      abort: () => fail('request:fail abort'),
      onHeadersReceived: (listener) => void headListeners.push(listener),
    };
  };

  const login =
    (provider: () => string | Promise<string>, name: string): WxPlatform['login'] =>
    ({ success, fail }) =>
      void Promise.resolve()
        .then(provider)
        .then(
          (code) => success({ code }),
          () => fail({ errMsg: `${name}:fail` }),
        );

  const storageFailure = (name: string): WxFailure => ({ errMsg: `${name}:fail data not found` });
  const encrypts = options.baseLibrary === undefined || !/^([01]\.|2\.(\d|1\d|20)\.|2\.21\.[0-2]$)/.test(options.baseLibrary);

  return {
    request,
    login: login(options.loginCode, 'login'),
    ...(options.wecomLoginCode === undefined ? {} : { qy: { login: login(options.wecomLoginCode, 'qy__login') } }),
    getStorage({ key, encrypt, success, fail }) {
      const entry = stored.get(key);
      later(() =>
        entry === undefined || entry.encrypted !== (encrypt && encrypts)
          ? fail(storageFailure('getStorage'))
          : success({ data: entry.data }),
      );
    },
    setStorage({ key, encrypt, data, success }) {
      stored.set(key, { data, encrypted: encrypt && encrypts });
      later(success);
    },
    removeStorage({ key, success }) {
      stored.delete(key);
      later(success);
    },
    getSystemInfoSync: () => ({
      SDKVersion: options.baseLibrary ?? '3.8.0',
      language: options.language ?? 'zh_CN',
      model: 'Fake 1',
      system: 'Android 14',
      version: '8.0.50',
      ...(options.wecomLoginCode === undefined ? {} : { environment: 'wxwork' }),
    }),
    get peakRequests() {
      return peak;
    },
    stored,
    enterBackground() {
      for (const fail of [...running]) fail('request:fail interrupted');
    },
  };
}

async function exchange(wanted: WxRequestOptions, fetch: FakeWxOptions['fetch'], signal: AbortSignal): Promise<WxResponse> {
  const init: RequestInit = {
    method: wanted.method,
    // `wx.request` sends a content type with every request, also without a body.
    headers: { 'content-type': 'application/json', ...wanted.header },
    redirect: wanted.redirect,
    signal,
  };
  if (wanted.data !== undefined && wanted.method !== 'GET' && wanted.method !== 'HEAD') init.body = wanted.data;
  const response = await fetch(wanted.url, init);
  const header: Record<string, string> = {};
  for (const [name, value] of response.headers) header[name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())] = value;
  if (wanted.responseType === 'arraybuffer') return { statusCode: response.status, data: await response.arrayBuffer(), header };
  const text = await response.text();
  return { statusCode: response.status, data: wanted.dataType === 'json' ? parseJson(text) : text, header };
}

/** As the platform does: what is not JSON stays text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
