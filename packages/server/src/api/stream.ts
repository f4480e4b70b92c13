import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { StreamEvent } from './stream-events.ts';

const maxListeners = 100;
/** Open pages of one account: the oldest gives way to the newest, so that nobody takes the places of all. */
const maxPerOwner = 10;
const heartbeatMs = 15_000;
/** A page that does not read is cut off, not waited for. */
const maxBuffered = 1_048_576;

/** What is known of who listens. */
export interface Listener {
  /** Whose page it is. */
  readonly owner: string;
  readonly mayHear: (event: StreamEvent) => boolean;
  /** Asked at each heartbeat, so that a session that ended hears nothing for long. */
  readonly isLive: () => Promise<boolean>;
}

/** Server-sent events for the console (WHATWG HTML, 9.2). */
export class EventStream {
  readonly #open = new Map<ServerResponse, Listener>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => void this.beat(), heartbeatMs);
    this.#timer.unref();
  }

  get listeners(): number {
    return this.#open.size;
  }

  open(response: ServerResponse, headers: OutgoingHttpHeaders, listener: Listener): void {
    const theirs = [...this.#open].filter(([, { owner }]) => owner === listener.owner);
    if (theirs.length >= maxPerOwner) {
      const [oldest] = theirs[0] ?? [];
      if (oldest !== undefined) this.#open.delete(oldest);
      oldest?.end();
    }
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
    this.#open.set(response, listener);
    response.once('close', () => this.#open.delete(response));
  }

  /** Sends an event to every open page whose administrator may hear it. `data` is one line of JSON. */
  send(event: StreamEvent, data: unknown): void {
    if (this.#open.size === 0) return;
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const [response, listener] of this.#open) if (listener.mayHear(event)) this.#write(response, text);
  }

  /** Keeps connections open, and ends those of sessions that have ended. A look that fails is no yes. */
  async beat(): Promise<void> {
    await Promise.all(
      [...this.#open].map(async ([response, listener]) => {
        if (await listener.isLive().catch(() => false)) this.#write(response, ': alive\n\n');
        else response.end();
      }),
    );
  }

  #write(response: ServerResponse, text: string): void {
    if (response.writableLength > maxBuffered) response.destroy();
    else response.write(text);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const response of this.#open.keys()) response.end();
    this.#open.clear();
  }
}
