import { ProbeRefused, type ProbeSend } from './model.ts';

const reading = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What may write when it is allowed. DELETE is not among them: what is gone cannot be put back. */
const writing = new Set(['POST', 'PUT', 'PATCH']);

export interface GuardParts {
  readonly send: ProbeSend;
  readonly allowWrites: boolean;
  /** Requests a second. */
  readonly perSecond: number;
  /** Requests in all; none is sent after it. */
  readonly budget: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export interface GuardedSend {
  readonly send: ProbeSend;
  readonly sent: () => number;
}

/** Keeps every check to reading, to the pace and to the budget, whatever it asks for: they have no other way out. */
export function guardSend({ send, allowWrites, perSecond, budget, now, sleep }: GuardParts): GuardedSend {
  let sent = 0;
  let free = Number.NEGATIVE_INFINITY;
  return {
    sent: () => sent,
    async send(request) {
      if (!reading.has(request.method) && !(allowWrites && writing.has(request.method)))
        throw new ProbeRefused('method', `${request.method} is not allowed`);
      if (!request.path.startsWith('/') || request.path.startsWith('//'))
        throw new ProbeRefused('host', 'not a path of the target');
      if (sent >= budget) throw new ProbeRefused('budget', 'no requests are left');
      sent += 1;
      // Each takes the next free moment, so that calls at once keep the pace too.
      const at = Math.max(now(), free);
      free = at + 1_000 / perSecond;
      const wait = at - now();
      if (wait > 0) await sleep(wait);
      return await send(request);
    },
  };
}
