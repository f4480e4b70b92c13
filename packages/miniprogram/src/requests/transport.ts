import { type Abort, orAbort } from '../abort.ts';
import { type Language, type LocalErrorCode, localError, type MenshenError } from '../error.ts';
import type { WxFailure, WxPlatform, WxRequestTask } from '../phone/platform.ts';
import { callPlatform } from '../phone/platform-call.ts';
import type { Runtime } from '../phone/runtime.ts';
import { lowerCaseNames, type OutgoingRequest } from './outgoing.ts';
import { createQueue, platformConcurrency, type Queue } from './queue.ts';

/** What came back, whoever said it. */
export interface RawAnswer {
  readonly status: number;
  readonly data: unknown;
  /** Names in lower case. */
  readonly header: Readonly<Record<string, string>>;
}

export interface SendOptions {
  readonly abort: Abort;
  /** Goes before the requests that wait: they need its outcome. */
  readonly urgent: boolean;
}

export interface Transport {
  /** One request over the wire. Rejects with a {@link MenshenError} of a local code when no answer arrives. */
  send(request: OutgoingRequest, header: Readonly<Record<string, string>>, options: SendOptions): Promise<RawAnswer>;
}

// The limit is the platform's: a mini program with two apps shares it between them.
const queues = new WeakMap<WxPlatform, Queue>();

function queueOf(wx: WxPlatform): Queue {
  const queue = queues.get(wx) || createQueue(platformConcurrency);
  queues.set(wx, queue);
  return queue;
}

/** The only place that calls `wx.request`; it keeps to the platform's limit of parallel requests. */
export function createTransport(wx: WxPlatform, runtime: Runtime, language: Language): Transport {
  const queue = queueOf(wx);
  const error = (code: LocalErrorCode): MenshenError => localError(code, language);

  const exchange = (request: OutgoingRequest, header: Readonly<Record<string, string>>, abort: Abort): Promise<RawAnswer> => {
    const call = {
      runtime,
      locale: language,
      limitMs: request.limitMs,
      late: 'timeout',
      broken: 'network_failed',
      abort,
    } as const;
    return callPlatform<RawAnswer>(call, (done, failed) => {
      const answer = (status: number, data: unknown, head: Readonly<Record<string, unknown>> | undefined): void =>
        done({ status, data, header: lowerCaseNames(head) });
      const task: WxRequestTask | undefined = wx.request({
        url: request.url,
        method: request.method,
        header: { ...request.header, ...header },
        ...(request.body === undefined ? {} : { data: request.body }),
        dataType: request.dataType,
        responseType: request.responseType,
        timeout: request.limitMs,
        // A followed redirect would take the session token along to wherever it points.
        redirect: 'manual',
        success: (response) => answer(response.statusCode, response.data, response.header),
        fail: (failure) => failed(failure, failureCode(failure)),
      });
      if (task !== undefined && task.onHeadersReceived !== undefined) {
        // With `manual` the platform ends the request here, and not on every client with a call of `success`.
        task.onHeadersReceived((head) => {
          if (head.statusCode >= 300 && head.statusCode < 400) answer(head.statusCode, '', head.header);
        });
      }
      return task;
    });
  };

  return {
    async send(request, header, { abort, urgent }) {
      const place = queue.run(
        () => (abort.aborted ? Promise.reject(error('aborted')) : exchange(request, header, abort)),
        urgent,
        () => error('queue_full'),
      );
      const stop = abort.onAbort(() => void place.leave());
      try {
        return await orAbort(place.done, abort, language);
      } finally {
        stop();
      }
    },
  };
}

/** From `errMsg`, such as `request:fail timeout`, `uploadFile:fail abort`, `request:fail interrupted`, `request:fail url not in domain list`. */
export function failureCode(failure: WxFailure): LocalErrorCode {
  const text = failure?.errMsg ?? '';
  // Not `ERR_CONNECTION_ABORTED`, which is the network's doing.
  if (/^\w+:fail abort/i.test(text)) return 'aborted';
  if (/^\w+:fail interrupted/i.test(text)) return 'interrupted';
  if (/time(d[ _])?out/i.test(text)) return 'timeout';
  if (/domain list/i.test(text)) return 'domain_not_allowed';
  return 'network_failed';
}
