import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

const maxListeners = 100;
const heartbeatMs = 15_000;
/** A page that does not read is cut off, not waited for. */
const maxBuffered = 1_048_576;

/** Server-sent events for the console (WHATWG HTML, 9.2). */
export class EventStream {
  readonly #open = new Set<ServerResponse>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#write(': alive\n\n'), heartbeatMs);
    this.#timer.unref();
  }

  get listeners(): number {
    return this.#open.size;
  }

  open(response: ServerResponse, headers: OutgoingHttpHeaders): void {
    if (this.#open.size >= maxListeners) {
      response.writeHead(503).end();
      return;
    }
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.write('retry: 3000\n\n');
    this.#open.add(response);
    response.once('close', () => this.#open.delete(response));
  }

  /** Sends an event to every open page. `data` is one line of JSON. */
  send(event: string, data: unknown): void {
    if (this.#open.size > 0) this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #write(text: string): void {
    for (const response of this.#open) {
      if (response.writableLength > maxBuffered) response.destroy();
      else response.write(text);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const response of this.#open) response.end();
    this.#open.clear();
  }
}
