import { bearer, type TicketUse, ticketHeader } from '@menshen/wire';
import { type Abort, createAbort } from '../abort.ts';
import { type LocalErrorCode, localError, type MenshenError } from '../error.ts';
import { formOf, type StepUp } from '../factors/step-up.ts';
import type { WxSocketTask, WxUploadTask } from '../phone/platform.ts';
import { callPlatform } from '../phone/platform-call.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { SessionManager } from '../session/session-manager.ts';
import type { StoredSession } from '../session/session-store.ts';
import { withSession } from '../session/with-session.ts';
import type { Settings } from '../settings.ts';
import type { Answer, RequestHandle, SocketOptions, UploadOptions } from '../types.ts';
import { digestFile } from './file-digest.ts';
import type { GatewayClient } from './gateway-client.ts';
import { addressOf, headersOf, limitOf, lowerCaseNames } from './outgoing.ts';
import { answerOf, parseJson, readRefusal } from './refusal.ts';
import { failureCode, type RawAnswer } from './transport.ts';

export interface TransferParts {
  readonly settings: Settings;
  readonly runtime: Runtime;
  readonly gateway: GatewayClient;
  readonly sessions: SessionManager;
  readonly stepUp: StepUp;
}

export interface Transfers {
  uploadFile<T>(options: UploadOptions): RequestHandle<T>;
  connectSocket(options: SocketOptions): Promise<WxSocketTask>;
}

/**
 * Uploads and sockets: the platform builds these requests itself, so that they cannot be signed. A session with keys fetches a ticket for each; one without goes by
 * its token alone.
 */
export function createTransfers({ settings, runtime, gateway, sessions, stepUp }: TransferParts): Transfers {
  const { wx, locale } = settings;
  const failed = (code: LocalErrorCode): MenshenError => localError(code, locale);

  const headersFor = async (
    session: StoredSession,
    use: TicketUse,
    url: string,
    given: Readonly<Record<string, string>>,
    filePath: string | null,
  ): Promise<Record<string, string>> => {
    const header = { ...given, 'accept-language': locale, authorization: bearer(session.token) };
    if (session.keys === undefined) return header;
    const target = url.slice(settings.origin.length);
    const digest = filePath === null ? {} : { sha256: await digestFile(settings, filePath) };
    const ticket = await gateway.ticket(session, { use, target, ...digest });
    if (typeof ticket !== 'string') throw ticket.error;
    return { ...header, [ticketHeader]: ticket };
  };

  const upload = (options: UploadOptions, url: string, header: Record<string, string>, abort: Abort): Promise<RawAnswer> => {
    const timeoutMs = limitOf(options, 120_000, 600_000);
    const call = { runtime, locale, limitMs: timeoutMs, late: 'timeout', broken: 'network_failed', abort } as const;
    return callPlatform<RawAnswer>(call, (done, failedWith) => {
      if (wx.uploadFile === undefined) return void failedWith();
      let head: Readonly<Record<string, string>> = {};
      const task: WxUploadTask | undefined = wx.uploadFile({
        url,
        filePath: options.filePath,
        name: options.name,
        formData: { ...options.formData },
        header,
        timeout: timeoutMs,
        success: ({ statusCode, data }) => done({ status: statusCode, data, header: head }),
        fail: (failure) => failedWith(failure, failureCode(failure)),
      });
      if (task !== undefined && task.onHeadersReceived !== undefined) {
        // `success` hands out no headers.
        task.onHeadersReceived((received) => {
          head = lowerCaseNames(received.header);
        });
      }
      return task;
    });
  };

  return {
    uploadFile<T>(options: UploadOptions): RequestHandle<T> {
      const abort = createAbort();
      const run = async (): Promise<Answer<T>> => {
        const url = addressOf(options.url, settings);
        const given = headersOf(options);
        const send = (asked: boolean): Promise<RawAnswer> => {
          const { count } = stepUp;
          return withSession(sessions, locale, abort, async (session) => {
            const header = await headersFor(session, 'upload', url, given, options.filePath);
            if (abort.aborted) throw failed('aborted');
            const raw = await upload(options, url, header, abort);
            const refusal = readRefusal(raw, locale);
            if (refusal === null) return raw;
            // An approval names the body, which only the platform knows here.
            const fresh = !asked && refusal.error.code === 'mfa_required' && formOf(refusal) === 'freshness';
            if (fresh && (await stepUp.ask(refusal, { method: 'POST', url, body: undefined }, count, abort))) return send(true);
            throw refusal.error;
          });
        };
        const raw = await send(false);
        return answerOf(raw, (parseJson(raw.data) ?? raw.data) as T);
      };
      return Object.assign(run(), { abort: () => abort.abort() });
    },
    async connectSocket(options) {
      const url = addressOf(options.url, settings);
      const given = headersOf(options);
      return withSession(sessions, locale, createAbort(), async (session) => {
        const header = await headersFor(session, 'socket', url, given, null);
        if (wx.connectSocket === undefined) throw failed('network_failed');
        return wx.connectSocket({
          url: url.replace(/^http/, 'ws'),
          header,
          ...(options.protocols === undefined ? {} : { protocols: Array.from(options.protocols) }),
          timeout: limitOf(options, 120_000, 600_000),
          // The socket tells it too, by `onError`; without this the platform reports an unhandled failure.
          fail: () => undefined,
        });
      });
    },
  };
}
