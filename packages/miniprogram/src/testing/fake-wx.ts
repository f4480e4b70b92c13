import { createHash, randomFillSync } from 'node:crypto';
import type {
  WxFailure,
  WxPlatform,
  WxRequestOptions,
  WxRequestTask,
  WxResponse,
  WxSocketOptions,
  WxUploadOptions,
} from '../phone/platform.ts';

export interface FakeWxOptions {
  /** Carries the requests: the real `fetch` towards a gateway on loopback, or a test's own. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** What `wx.login` gives; a rejection makes it fail. */
  readonly loginCode: () => string | Promise<string>;
  /** What `wx.qy.login` gives; with it the phone runs WeCom. */
  readonly wecomLoginCode?: () => string | Promise<string>;
  /** Version of the base library. Default 3.8.0. */
  readonly baseLibrary?: string;
  /** Version that WeChat has released of the mini program; none for a trial version. */
  readonly release?: string;
  /** Default `zh_CN`. */
  readonly language?: string;
  /** Local files by path. */
  readonly files?: Map<string, Uint8Array>;
  /** `false`: `wx.getRandomValues` is missing, as before base library 2.15.0. */
  readonly randomness?: false;
  /** What the platform knows as SHA-256 of a file. Default: it answers with MD5, as older base libraries do. */
  readonly digestsFiles?: true;
}

/** A phone: `wx` as far as the SDK uses it, and the strings that a test pulls. */
export interface FakeWx extends WxPlatform {
  /** Most requests under way at the same time so far. */
  readonly peakRequests: number;
  /** What lies in storage. */
  readonly stored: ReadonlyMap<string, { readonly data: string; readonly encrypted: boolean }>;
  /** Every socket that was opened. */
  readonly sockets: readonly WxSocketOptions[];
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

  const uploadFile = (wanted: WxUploadOptions) => {
    const controller = new AbortController();
    const headListeners: ((head: { header: Record<string, string> }) => void)[] = [];
    const content = options.files?.get(wanted.filePath);
    const form = new FormData();
    for (const [name, value] of Object.entries(wanted.formData)) form.append(name, value);
    form.append(wanted.name, new Blob([Uint8Array.from(content ?? [])]), 'file');
    const upload = async (): Promise<void> => {
      if (content === undefined) throw new Error('file not found');
      const init = { method: 'POST', headers: wanted.header, body: form, signal: controller.signal };
      const response = await options.fetch(wanted.url, init);
      const header = headerOf(response);
      for (const listener of headListeners) listener({ header });
      wanted.success({ statusCode: response.status, data: await response.text() });
    };
    upload().catch((error: unknown) => wanted.fail({ errMsg: `uploadFile:fail ${error instanceof Error ? error.message : ''}` }));
    return {
      abort: () => controller.abort(),
      onHeadersReceived: (listener: (typeof headListeners)[0]) => void headListeners.push(listener),
    };
  };

  const fileSystem = {
    getFileInfo({
      filePath,
      success,
      fail,
    }: Parameters<ReturnType<NonNullable<WxPlatform['getFileSystemManager']>>['getFileInfo']>[0]) {
      const content = options.files?.get(filePath);
      later(() => {
        if (content === undefined) return fail({ errMsg: 'getFileInfo:fail no such file' });
        const algorithm = options.digestsFiles === true ? 'sha256' : 'md5';
        success({ size: content.length, digest: createHash(algorithm).update(content).digest('hex') });
      });
    },
    readFile({
      filePath,
      position,
      length,
      success,
      fail,
    }: Parameters<ReturnType<NonNullable<WxPlatform['getFileSystemManager']>>['readFile']>[0]) {
      const content = options.files?.get(filePath);
      later(() =>
        content === undefined
          ? fail({ errMsg: 'readFile:fail no such file' })
          : success({ data: Uint8Array.from(content.subarray(position, position + length)).buffer }),
      );
    },
  };

  const sockets: WxSocketOptions[] = [];
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
    ...(options.randomness === false
      ? {}
      : {
          getRandomValues: ({ length, success }) =>
            later(() => success({ randomValues: randomFillSync(new Uint8Array(length)).buffer })),
        }),
    uploadFile,
    getFileSystemManager: () => fileSystem,
    connectSocket(wanted) {
      sockets.push(wanted);
      const nothing = (): void => undefined;
      return { send: nothing, close: nothing, onOpen: nothing, onMessage: nothing, onError: nothing, onClose: nothing };
    },
    sockets,
    removeStorage({ key, success }) {
      stored.delete(key);
      later(success);
    },
    getAccountInfoSync: () => ({ miniProgram: options.release === undefined ? {} : { version: options.release } }),
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
  const header = headerOf(response);
  if (wanted.responseType === 'arraybuffer') return { statusCode: response.status, data: await response.arrayBuffer(), header };
  const text = await response.text();
  return { statusCode: response.status, data: wanted.dataType === 'json' ? parseJson(text) : text, header };
}

/** Names with capitals, as the platform hands them out. */
function headerOf(response: Response): Record<string, string> {
  const header: Record<string, string> = {};
  for (const [name, value] of response.headers) header[name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase())] = value;
  return header;
}

/** As the platform does: what is not JSON stays text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
