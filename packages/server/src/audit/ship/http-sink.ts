import { webhookSignature } from '../../keys/webhook-signature.ts';
import type { ExportedEvent, Exporter } from '../export/exported-event.ts';
import { otelRequest } from '../export/otel.ts';
import { type Sink, SinkError } from './sink.ts';

const timeoutMs = 15_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Post {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Ends the call at once. */
  readonly closed: AbortSignal;
}

async function post(ask: Fetch, { url, headers, body, closed }: Post): Promise<void> {
  let answer: Response;
  try {
    answer = await ask(url, {
      ...{ method: 'POST', headers, body },
      redirect: 'error',
      signal: AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]),
    });
  } catch (error) {
    throw new SinkError(error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'unreachable', { cause: error });
  }
  await answer.body?.cancel();
  if (!answer.ok) throw new SinkError('refused');
}

/** Lines of events, signed as `X-Menshen-Signature: t=SECONDS,v1=HEX`: HMAC-SHA-256 over `SECONDS.BODY`. */
export function createWebhookSink(
  to: { readonly url: string; readonly secret: string },
  line: (event: ExportedEvent) => string,
  parts: { readonly fetch: Fetch; readonly clock: () => number },
): Sink {
  const closing = new AbortController();
  return {
    async send(events) {
      const body = `${events.map(line).join('\n')}\n`;
      const headers = {
        'content-type': 'application/x-ndjson',
        'x-menshen-signature': webhookSignature(to.secret, body, parts.clock()),
      };
      await post(parts.fetch, { url: to.url, headers, body, closed: closing.signal });
    },
    async close() {
      closing.abort();
    },
  };
}

/** OTLP/HTTP with JSON (OpenTelemetry protocol 1.x). */
export function createOtlpSink(
  to: { readonly url: string; readonly headers: Readonly<Record<string, string>> },
  exporter: Exporter,
  parts: { readonly fetch: Fetch },
): Sink {
  const closing = new AbortController();
  return {
    async send(events) {
      const headers = { ...to.headers, 'content-type': 'application/json' };
      await post(parts.fetch, { url: to.url, headers, body: otelRequest(events, exporter), closed: closing.signal });
    },
    async close() {
      closing.abort();
    },
  };
}
