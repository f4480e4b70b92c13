import type { SocketConfig } from '@menshen/contract';
import type { WebSocket } from 'ws';
import type { MessageVerdict } from './inspect-message.ts';
import { MessagePace } from './message-pace.ts';

/** Why a socket was closed, for the record. */
export type SocketEnd =
  | 'client'
  | 'backend'
  | 'too_large'
  | 'too_many'
  | 'binary'
  | 'malformed'
  | 'refused'
  | 'idle'
  | 'too_long'
  | 'session_ended'
  | 'not_permitted'
  | 'shutting_down'
  | 'failed';

/** RFC 6455 §7.4.1. */
const codes: Readonly<Record<SocketEnd, number>> = {
  client: 1000,
  backend: 1000,
  too_large: 1009,
  too_many: 1008,
  binary: 1003,
  malformed: 1007,
  refused: 1008,
  idle: 1001,
  too_long: 1001,
  session_ended: 1008,
  not_permitted: 1008,
  shutting_down: 1001,
  failed: 1011,
};
/** What a peer has not taken yet before the other is not read any more, in bytes. */
const heldBytes = 262_144;
/** Messages that wait for inspection before the client is not read any more. */
const waitingMessages = 16;
/** How long a peer may take to answer a close, in milliseconds. */
const closingMs = 2_000;

export interface OpenSocketParts {
  readonly client: WebSocket;
  readonly backend: WebSocket;
  readonly rules: SocketConfig;
  readonly monotonic: () => number;
  readonly inspect: (message: Buffer, binary: boolean) => MessageVerdict | Promise<MessageVerdict>;
  /** A message of the client has come. */
  readonly used: () => void;
  /** A message was refused, or would have been. */
  readonly refused: (verdict: MessageVerdict & { readonly kind: 'refuse' }) => void;
  readonly ended: (why: SocketEnd, socket: OpenSocket) => void;
}

/** One socket between a client and its backend: what it may carry, in which order, until when. */
export class OpenSocket {
  readonly #parts: OpenSocketParts;
  readonly #pace: MessagePace;
  readonly #opened: number;
  #heard: number;
  #waiting = 0;
  #inspected: Promise<void> = Promise.resolve();
  #ended = false;
  bytesIn = 0;
  bytesOut = 0;
  messagesIn = 0;
  messagesOut = 0;

  constructor(parts: OpenSocketParts) {
    this.#parts = parts;
    this.#opened = this.#heard = parts.monotonic();
    this.#pace = new MessagePace(parts.rules.messagesPerSecond, this.#opened);
    const { client, backend } = parts;
    client.on('message', (data: Buffer, binary: boolean) => this.#fromClient(data, binary));
    backend.on('message', (data: Buffer, binary: boolean) => this.#fromBackend(data, binary));
    // A ping costs an answer.
    client.on('ping', () => this.#paced());
    client.on('close', () => this.end('client'));
    backend.on('close', () => this.end('backend'));
    client.on('error', (error) => this.end(endOf(error)));
    backend.on('error', () => this.end('failed'));
  }

  /** Milliseconds since it was opened. */
  get age(): number {
    return this.#parts.monotonic() - this.#opened;
  }

  /** Closes what has been silent or open for too long. */
  check(now: number): void {
    const { idleSeconds, maxSeconds } = this.#parts.rules;
    if (now - this.#heard > idleSeconds * 1_000) this.end('idle');
    else if (now - this.#opened > maxSeconds * 1_000) this.end('too_long');
  }

  /** Closes both sides. Once; nothing passes afterwards. */
  end(why: SocketEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    const { client, backend, ended } = this.#parts;
    const code = codes[why];
    for (const side of [client, backend]) {
      side.resume();
      if (side.readyState === side.OPEN) side.close(code, why === 'client' || why === 'backend' ? '' : why);
      const timer = setTimeout(() => side.terminate(), closingMs);
      timer.unref();
      side.once('close', () => clearTimeout(timer));
    }
    ended(why, this);
  }

  #paced(): boolean {
    const now = this.#parts.monotonic();
    if (this.#pace.take(now)) return true;
    this.end('too_many');
    return false;
  }

  #fromClient(data: Buffer, binary: boolean): void {
    if (this.#ended || !this.#paced()) return;
    const { rules, client, used } = this.#parts;
    if (binary && !rules.binary) return this.end('binary');
    this.#heard = this.#parts.monotonic();
    this.bytesIn += data.length;
    this.messagesIn += 1;
    used();
    this.#waiting += 1;
    if (this.#waiting >= waitingMessages) client.pause();
    this.#inspected = this.#inspected
      .then(() => this.#pass(data, binary))
      .catch(() => this.end('failed'))
      .then(() => {
        this.#waiting -= 1;
        if (this.#waiting < waitingMessages && this.#parts.backend.bufferedAmount < heldBytes) client.resume();
      });
  }

  async #pass(data: Buffer, binary: boolean): Promise<void> {
    if (this.#ended) return;
    const verdict = await this.#parts.inspect(data, binary);
    if (verdict.kind === 'refuse') {
      this.#parts.refused(verdict);
      if (verdict.enforced) return this.end('refused');
    }
    // It may have been ended meanwhile, such as with its session.
    if (!this.#ended) this.#send(this.#parts.backend, this.#parts.client, data, binary);
  }

  #fromBackend(data: Buffer, binary: boolean): void {
    if (this.#ended) return;
    this.#heard = this.#parts.monotonic();
    this.bytesOut += data.length;
    this.messagesOut += 1;
    this.#send(this.#parts.client, this.#parts.backend, data, binary);
  }

  /** A peer that does not keep up stops the other. */
  #send(to: WebSocket, from: WebSocket, data: Buffer, binary: boolean): void {
    if (to.readyState !== to.OPEN) return;
    to.send(data, { binary }, () => {
      if (to.bufferedAmount < heldBytes) from.resume();
    });
    if (to.bufferedAmount >= heldBytes) from.pause();
  }
}

/** From the error of the framing, such as `WS_ERR_UNSUPPORTED_MESSAGE_LENGTH`. */
function endOf(error: Error): SocketEnd {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'too_large';
  return code.startsWith('WS_ERR_') ? 'malformed' : 'failed';
}
