import type { Socket } from 'node:net';
import { ClientRequest } from './client-request.ts';
import { type AnswerWire, ClientResponse } from './client-response.ts';
import { type BodySource, IncomingBody } from './incoming-body.ts';
import { lendReads } from './lent-reads.ts';
import { createHeadReader, type HeadProblem, type RequestHead } from './request-head.ts';

export interface Http1Limits {
  /** Bytes of a request's head. */
  readonly headerBytes: number;
  readonly headerTimeoutMs: number;
  /** For a body to arrive, and for a piece of an answer to be taken. */
  readonly bodyTimeoutMs: number;
  /** For the next request to begin. */
  readonly keepAliveMs: number;
}

/** What never became a request, or asks for what no request may. */
export interface ConnectionRefusal {
  readonly code: HeadProblem['problem'] | 'request_timeout' | 'upgrade';
  readonly socket: Socket;
  /** The head, where it could be read. */
  readonly head: RequestHead | null;
}

/** One connection in the books of who limits them. */
export interface ConnectionSlot {
  /** A request begins. True when it is the last that the connection serves. */
  busy(): boolean;
  /** Its answer has been sent: the connection waits. */
  idle(): void;
  /** The connection has ended. */
  release(): void;
}

/** The slowest pace at which a head or a body may come. */
export interface Pace {
  isTooSlow(bytes: number, elapsedMs: number): boolean;
  noteSlow(): void;
}

/** What a connection needs of the listener that took it. */
export interface ConnectionHost {
  limits: Http1Limits;
  readonly pace: Pace;
  /** Monotonic, in milliseconds, as coarse as the listener's timer. */
  now: number;
  /** Whether no connection goes on after its answer. */
  closing: boolean;
  /** The last lines of an answer's head: when, and whether the connection goes on. */
  tail(goesOn: boolean): string;
  request(request: ClientRequest, response: ClientResponse): void;
  /** Takes an upgrade with what came behind its head; the socket is its own then. Null: refused. */
  readonly upgrade: ((head: RequestHead, socket: Socket, behind: Buffer) => void) | null;
  /** Records a refusal of the connection itself, and makes the whole answer, which ends it. */
  refused(refusal: ConnectionRefusal): string;
  closed(connection: ClientConnection): void;
}

/**
 * `idle` waits for a request, `head` has a part of one, `answering` has one under way, `draining` throws away the rest of its body, `flushing` waits for the client
 * to take the answer, `closing` has ended its side and throws away what still comes.
 */
type Phase = 'idle' | 'head' | 'answering' | 'draining' | 'flushing' | 'closing' | 'closed';

/** A body of which at most this much is to come is read and thrown away after the answer, and the connection goes on. */
const drainedBytes = 65_536;
/** What is still thrown away after our side has ended, in bytes and milliseconds. */
const lingerBytes = 16_777_216;
const lingerMs = 2_000;

const nothing = (): void => undefined;
const never = Number.POSITIVE_INFINITY;
const continueText = 'HTTP/1.1 100 Continue\r\n\r\n';
const LF = 10;
const CR = 13;

/**
 * A client's connection: one request at a time, each read in exactly one way or refused (docs/decisions/0025). To close at once after a refusal would reset the
 * connection, and with the reset the client loses the answer that says why (RFC 9112 §9.6): our side ends first.
 */
export class ClientConnection implements AnswerWire, BodySource {
  readonly socket: Socket;
  readonly #host: ConnectionHost;
  readonly #slot: ConnectionSlot;
  #phase: Phase = 'idle';
  /** Whether it has not asked for anything yet. */
  #silent = true;
  #deadline: number;
  /** The beginning of a head. */
  #partial: Buffer | null = null;
  /** What the client sent ahead of the answer. */
  #ahead: Buffer | null = null;
  #head: RequestHead | null = null;
  readonly #heads = createHeadReader();
  #body: IncomingBody | null = null;
  #response: ClientResponse | null = null;
  #continueOwed = false;
  #bodyTimeoutMs = 0;
  /** Whether the body is read as a stream, whose time begins anew with every piece. */
  #streamed = false;
  /** Since when, on the monotonic clock, and how many bytes of a head or a body have come: for their pace. */
  #since = 0;
  #bytes = 0;
  /** Whether the request under way is the last one. */
  #last = false;
  #goesOn = true;
  #clientEnded = false;
  #lingered = 0;
  /** Whether bytes are only lent until the next read. */
  #lent: boolean;
  /** Whether the connection speaks another protocol: who has taken it reads it as a stream. */
  #upgraded = false;

  constructor(socket: Socket, host: ConnectionHost, slot: ConnectionSlot) {
    this.socket = socket;
    this.#host = host;
    this.#slot = slot;
    // A connection that says nothing has as long as one that says little.
    this.#deadline = host.now + host.limits.headerTimeoutMs;
    this.#lent = lendReads(socket, this.#onLent);
    if (!this.#lent) socket.on('data', this.#onBytes);
    socket.on('drain', this.#onDrain).on('end', this.#onEnd).on('close', this.#onClose);
    socket.on('error', nothing);
  }

  get idle(): boolean {
    return this.#phase === 'idle';
  }

  get method(): string {
    return this.#head?.method ?? '';
  }

  get minor(): 0 | 1 {
    return this.#head?.minor ?? 1;
  }

  /** Ends an idle connection; one with a request under way ends after its answer. Who never asked has no answer to take. */
  retire(): void {
    if (this.#phase !== 'idle') return;
    if (this.#silent) this.destroy();
    else this.#endInStages();
  }

  /** Holds the connection's deadline against the time. */
  check(now: number): void {
    if (this.#receiving && this.#host.pace.isTooSlow(this.#bytes, now - this.#since)) this.#host.pace.noteSlow();
    else if (now < this.#deadline) return;
    this.#deadline = never;
    if (this.#phase === 'head') return this.#refuse('request_timeout', null);
    if (this.#phase === 'idle') return this.#endInStages();
    // A body that somebody waits for is late; else it is the client who does not take the answer, or does not go.
    if (this.#phase === 'answering' && this.#body?.wanted === true) this.#body.fail('timeout');
    else this.destroy();
  }

  /** Whether a head or a body is on its way that the client could send faster. */
  get #receiving(): boolean {
    if (this.#phase === 'head' || this.#phase === 'draining') return true;
    return this.#phase === 'answering' && this.#deadline !== never && this.#body?.wanted === true;
  }

  destroy(): void {
    this.socket.destroy();
  }

  wanted(timeoutMs: number, streamed: boolean): void {
    if (this.#continueOwed) {
      this.#continueOwed = false;
      this.socket.write(continueText, 'latin1');
    }
    this.#bodyTimeoutMs = timeoutMs;
    this.#streamed = streamed;
    this.#startClock(timeoutMs);
    this.socket.resume();
  }

  pause(): void {
    this.#deadline = never;
    this.socket.pause();
  }

  resume(): void {
    if (!this.socket.isPaused()) return;
    this.#startClock(this.#bodyTimeoutMs);
    this.socket.resume();
  }

  #startClock(timeoutMs: number): void {
    this.#since = this.#host.now;
    this.#bytes = 0;
    this.#deadline = this.#since + timeoutMs;
  }

  tail(mustClose: boolean): string {
    const body = this.#body;
    const unread = body !== null && (body.failure !== null || this.#continueOwed || body.left > drainedBytes);
    const ends = this.#last || mustClose || unread || this.#clientEnded || this.#host.closing;
    this.#goesOn = this.#head?.persistent === true && !ends;
    return this.#host.tail(this.#goesOn);
  }

  writeText(latin1: string): boolean {
    return this.#pace(this.socket.write(latin1, 'latin1'));
  }

  writeBytes(bytes: Buffer): boolean {
    return this.#pace(this.socket.write(bytes));
  }

  writeBoth(head: string, body: Buffer): boolean {
    this.socket.cork();
    this.socket.write(head, 'latin1');
    const room = this.socket.write(body);
    this.socket.uncork();
    return this.#pace(room);
  }

  answered(): void {
    const body = this.#body;
    this.#response = null;
    if (!this.#goesOn || body?.failure != null) return this.#endInStages();
    if (body !== null && !body.done) {
      this.#phase = 'draining';
      this.#ahead = null;
      return body.discard(this.#host.limits.bodyTimeoutMs, () => this.#settled());
    }
    this.#settled();
  }

  /** Notes when a client does not keep up: it has its time, too. */
  #pace(room: boolean): boolean {
    if (!room) this.#deadline = this.#host.now + this.#host.limits.bodyTimeoutMs;
    return room;
  }

  readonly #onBytes = (bytes: Buffer): void => {
    switch (this.#phase) {
      case 'idle':
      case 'head':
        return this.#readHead(bytes);
      case 'answering':
      case 'draining':
        return this.#onBody(this.#kept(bytes));
      case 'flushing':
        return this.#keepAhead(this.#kept(bytes));
      case 'closing':
        this.#lingered += bytes.length;
        if (this.#lingered > lingerBytes) this.destroy();
    }
  };

  readonly #onLent = (bytes: Buffer): boolean => {
    if (this.#upgraded) return this.socket.push(Buffer.from(bytes));
    this.#onBytes(bytes);
    return !this.socket.isPaused();
  };
  readonly #onDrain = (): void => this.#drained();
  readonly #onEnd = (): void => this.#ended();
  readonly #onClose = (): void => this.#closed();

  #kept(bytes: Buffer): Buffer {
    return this.#lent ? Buffer.from(bytes) : bytes;
  }

  #readHead(bytes: Buffer): void {
    const before = this.#partial;
    const buffer = before === null ? bytes : Buffer.concat([before, bytes]);
    const end = buffer.indexOf('\r\n\r\n', before === null ? 0 : Math.max(0, before.length - 3), 'latin1');
    const { headerBytes, headerTimeoutMs } = this.#host.limits;
    if ((end < 0 ? buffer.length : end) > headerBytes) return this.#refuse('headers_too_large', null);
    if (end < 0) {
      // What cannot become a request is refused now: nobody waits for its end.
      if (!isCapital(buffer[0]) || hasBareLineFeed(buffer, before?.length ?? 0)) return this.#refuse('bad_request', null);
      if (this.#phase === 'idle') this.#startClock(headerTimeoutMs);
      this.#phase = 'head';
      this.#partial = before === null ? this.#kept(buffer) : buffer;
      this.#bytes = buffer.length;
      return;
    }
    this.#partial = null;
    const head = this.#heads.read(buffer, end);
    if ('problem' in head) return this.#refuse(head.problem, null);
    this.#begin(head, end + 4 < buffer.length ? this.#kept(buffer.subarray(end + 4)) : null);
  }

  #begin(head: RequestHead, behind: Buffer | null): void {
    this.#head = head;
    this.#silent = false;
    this.#phase = 'answering';
    this.#deadline = never;
    this.#last = this.#slot.busy();
    if (head.upgrade) return this.#upgrade(head, behind ?? Buffer.alloc(0));
    this.#body = head.bodyBytes === 0 ? null : new IncomingBody(head.bodyBytes, this);
    this.#continueOwed = head.expectsContinue;
    const response = new ClientResponse(this);
    this.#response = response;
    if (behind !== null) this.#onBody(behind);
    this.#host.request(new ClientRequest(head, this.socket, this.#body), response);
  }

  #onBody(bytes: Buffer): void {
    const body = this.#body;
    if (body === null || body.done) return this.#keepAhead(bytes);
    // After a failure nothing that follows can be told from the body.
    if (body.failure !== null) return this.pause();
    this.#continueOwed = false;
    this.#bytes += bytes.length;
    if (this.#streamed && this.#deadline !== never) this.#deadline = this.#host.now + this.#bodyTimeoutMs;
    const used = body.push(bytes);
    if (used < bytes.length) this.#keepAhead(bytes.subarray(used));
    else if (body.waits && !body.done) this.pause();
  }

  #keepAhead(bytes: Buffer): void {
    this.#ahead = this.#ahead === null ? bytes : Buffer.concat([this.#ahead, bytes]);
    this.socket.pause();
  }

  /** The answer is whole and so is the body: the next request may come, once the client has taken the answer. */
  #settled(): void {
    if (this.#phase === 'closed' || this.#phase === 'closing') return;
    if (this.#body !== null && this.#body.failure !== null) return this.#endInStages();
    if (this.socket.writableNeedDrain) {
      this.#phase = 'flushing';
      this.#deadline = this.#host.now + this.#host.limits.bodyTimeoutMs;
      return;
    }
    this.#phase = 'idle';
    this.#head = null;
    this.#body = null;
    this.#deadline = this.#host.now + this.#host.limits.keepAliveMs;
    if (this.#host.closing || this.#clientEnded) return this.#endInStages();
    this.#slot.idle();
    if (this.#ahead === null) {
      if (this.socket.isPaused()) this.socket.resume();
      return;
    }
    // In a turn of its own: what one client sends ahead must not keep the others waiting.
    setImmediate(() => {
      const ahead = this.#ahead;
      this.#ahead = null;
      if (ahead === null || this.#phase !== 'idle') return;
      this.socket.resume();
      this.#readHead(ahead);
    });
  }

  #drained(): void {
    if (this.#phase === 'flushing') this.#settled();
    else if (this.#phase === 'answering') {
      this.#deadline = never;
      this.#response?.drained();
    }
  }

  /** The client has ended its side: there will be no further request, and perhaps nobody is there. */
  #ended(): void {
    this.#clientEnded = true;
    if (this.#phase === 'answering') {
      this.#body?.fail('gone');
      this.#response?.left();
    } else if (this.#phase === 'draining') this.destroy();
    else if (this.#phase === 'idle' || this.#phase === 'head') this.#endInStages();
  }

  #closed(): void {
    if (this.#phase === 'closed') return;
    this.#phase = 'closed';
    this.#deadline = never;
    this.#slot.release();
    this.#host.closed(this);
    this.#body?.fail('gone');
    this.#response?.gone();
  }

  #upgrade(head: RequestHead, behind: Buffer): void {
    const { socket } = this;
    if (this.#host.upgrade === null) return this.#refuse('upgrade', head);
    // Where a body would end, the other protocol would begin.
    if (head.bodyBytes !== 0) return this.#refuse('header_malformed', head);
    this.#phase = 'closed';
    socket.once('close', () => this.#slot.release());
    this.#upgraded = true;
    socket.pause();
    socket.off('data', this.#onBytes).off('drain', this.#onDrain).off('end', this.#onEnd).off('close', this.#onClose);
    this.#host.upgrade(head, socket, behind);
    this.#host.closed(this);
  }

  #refuse(code: ConnectionRefusal['code'], head: RequestHead | null): void {
    this.#partial = null;
    const answer = this.#host.refused({ code, socket: this.socket, head });
    if (this.socket.writable) this.socket.write(answer, 'utf8');
    this.#endInStages();
  }

  #endInStages(): void {
    this.#phase = 'closing';
    this.#partial = null;
    this.#ahead = null;
    // First the answer has to leave, however slowly; then the client has to go.
    this.#deadline = this.#host.now + Math.max(lingerMs, this.#host.limits.bodyTimeoutMs);
    this.socket.end(() => {
      this.#deadline = this.#host.now + lingerMs;
    });
    this.socket.resume();
  }
}

const isCapital = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x41 && byte <= 0x5a;

function hasBareLineFeed(buffer: Buffer, from: number): boolean {
  for (let at = buffer.indexOf(LF, from); at >= 0; at = buffer.indexOf(LF, at + 1)) if (buffer[at - 1] !== CR) return true;
  return false;
}
