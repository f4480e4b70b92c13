import type { OutgoingHttpHeaders } from 'node:http';
import { bearer, clientEndpoints } from '@menshen/wire';
import type { SeededRandom } from '../random.ts';
import type { Crowd, Visitor } from './crowd.ts';
import { type HttpClient, type OutgoingRequest, type Reply, textField, UnreachableError } from './http.ts';
import type { Phone } from './phone.ts';

/** One request of the actor and what became of it. */
export interface ActorEvent {
  readonly kind: 'honest' | 'attack';
  /** Of the scene: `own-record`, `reused-code` ... */
  readonly scene: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The refusal's stable code; null when the request passed. */
  readonly code: string | null;
  /** Names the request in the audit log; null when the gateway did not say. */
  readonly requestId: string | null;
}

/** Someone without a session: an address and a program, which need not be the mini program. */
export type Outsider = Pick<Visitor, 'address' | 'userAgent'> & Partial<Pick<Visitor, 'referer'>>;

/** What a scene plays with. Every request is paced and reported; one that gets no answer throws UnreachableError. */
export interface Stage {
  readonly random: SeededRandom;
  readonly crowd: Crowd;
  readonly phone: Phone;
  /** Tampers with the backend, or repairs it; does nothing where the backend is not the demonstration's own. */
  tamper(on: boolean): void;
  /** Sends a request as it is, from the visitor's or outsider's address. */
  send(from: Outsider, request: OutgoingRequest): Promise<Reply>;
  /** Sends JSON, bytes as they are, or nothing, with the visitor's session; logs in again once when that has ended. */
  call(visitor: Visitor, method: string, path: string, body?: unknown, headers?: OutgoingHttpHeaders): Promise<Reply>;
  /** Presents a login code for the visitor's app and channel. */
  login(visitor: Visitor, code: string): Promise<Reply>;
  /** Makes sure of a session: mints a code, logs in, binds where WeChat is new to the gateway. False when the gateway says no. */
  enter(visitor: Visitor): Promise<boolean>;
}

export interface StageParts {
  readonly gateway: HttpClient;
  readonly phone: Phone;
  readonly random: SeededRandom;
  readonly crowd: Crowd;
  /** Waits until the next request is due. */
  readonly pace: () => Promise<void>;
  readonly report: (method: string, path: string, reply: Reply) => void;
  readonly tamper?: (on: boolean) => void;
}

const json = { 'content-type': 'application/json' };
const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export function createStage(parts: StageParts): Stage {
  const { gateway, phone, random, crowd } = parts;

  const send: Stage['send'] = async (from, request) => {
    await parts.pace();
    const headers = {
      'x-forwarded-for': from.address,
      'user-agent': from.userAgent,
      ...(from.referer === undefined ? {} : { referer: from.referer }),
      'accept-language': 'zh-CN',
      ...request.headers,
    };
    const reply = await gateway.send({ ...request, headers });
    const path = request.path.replace(/\?.*$/, '');
    parts.report(request.method, path, reply);
    // The gateway asks to be left alone for a while: maintenance, overload, a log that cannot be written.
    if (reply.status === 503) throw new UnreachableError('not available');
    return reply;
  };

  const post = (visitor: Visitor, path: string, body: unknown): Promise<Reply> =>
    send(visitor, { method: 'POST', path, headers: json, body: encode(body) });

  const login: Stage['login'] = (visitor, code) =>
    post(visitor, clientEndpoints.login, { app: visitor.app, channel: visitor.channel, code, device: visitor.device });

  const keepToken = (visitor: Visitor, reply: Reply): boolean => {
    visitor.token = reply.status === 200 ? textField(reply.body, 'token') : null;
    return visitor.token !== null;
  };

  const withSession: Stage['call'] = async (visitor, method, path, body, headers) => {
    const held = visitor.token;
    const reply = await send(visitor, {
      method,
      path,
      headers: {
        ...(body === undefined ? {} : json),
        ...(held === null ? {} : { authorization: bearer(held) }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body instanceof Uint8Array ? body : encode(body) }),
    });
    if (reply.status === 401 && visitor.token === held) visitor.token = null;
    return reply;
  };

  const enter: Stage['enter'] = async (visitor) => {
    if (visitor.token !== null) return true;
    const code = visitor.channel === 'wecom' ? await phone.wecomCode(visitor.person) : await phone.wechatCode(visitor.person);
    if (code === null) return false;
    const reply = await login(visitor, code);
    const ticket = textField(reply.body, 'ticket');
    if (textField(reply.body, 'code') !== 'binding_required' || ticket === null) return keepToken(visitor, reply);
    const phoneCode = await phone.phoneCode(visitor.person);
    if (phoneCode === null) return false;
    return keepToken(visitor, await post(visitor, clientEndpoints.bind, { ticket, phoneCode }));
  };

  return {
    random,
    crowd,
    phone,
    tamper: parts.tamper ?? (() => undefined),
    send,
    login,
    enter,
    async call(visitor, method, path, body, headers) {
      const held = visitor.token;
      const reply = await withSession(visitor, method, path, body, headers);
      // The session has ended meanwhile: a mini program logs in again, once, and repeats the request.
      if (held === null || reply.status !== 401 || !(await enter(visitor))) return reply;
      return withSession(visitor, method, path, body, headers);
    },
  };
}
