import { hash } from 'node:crypto';
import {
  type Arrival,
  type CorrelationWindows,
  MemoryCorrelationState,
  type MemoryStateOptions,
  type SharedCorrelationState,
  type WindowSlice,
} from '@menshen/sigma';
import type { Redis } from 'ioredis';
import * as z from 'zod';

/**
 * KEYS entries, count; ARGV what is known (count), keep, ttl ms, oldest time that counts, then texts to add → the count, and all texts that were added
 * since what is known, those of this call last. The count begins at the server's time in microseconds, so that one that has expired and begun anew is
 * never below the old one.
 */
const addScript = `
if redis.call('EXISTS', KEYS[2]) == 0 then
  local now = redis.call('TIME')
  redis.call('SET', KEYS[2], string.format('%.0f', now[1] * 1000000 + now[2]))
  redis.call('DEL', KEYS[1])
end
for index = 5, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[index]) end
local count = redis.call('INCRBY', KEYS[2], #ARGV - 4)
local room = tonumber(ARGV[2]) + #ARGV - 4
redis.call('LTRIM', KEYS[1], -room, -1)
for _ = 1, 64 do
  local first = redis.call('LINDEX', KEYS[1], 0)
  if not first or tonumber(string.match(first, '^%-?%d+')) >= tonumber(ARGV[4]) then break end
  redis.call('LPOP', KEYS[1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local behind = count - tonumber(ARGV[1])
if behind <= 0 then behind = room end
return {count, redis.call('LRANGE', KEYS[1], string.format('%.0f', -behind), -1)}
`;

/** KEYS matter; ARGV this node, ttl ms → 1 where this node tells of the matter: it was the first, or the one before has fallen silent. */
const tellScript = `
local teller = redis.call('GET', KEYS[1])
if teller and teller ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** A window outlives its span by this much of the server's time: events may be read later than they happened. */
const graceMs = 10 * 60_000;
/** A node that has said nothing of a matter for this long leaves it to whoever sees it next. */
const silentMs = 10 * 60_000;
/** An answer about who tells holds this long. */
const toldMs = 5_000;
/** After Redis has failed it is left alone for this long, so that a server that hangs does not hold up detection again and again. */
const pauseMs = 1_000;
const maxCursors = 200_000;
const maxTellers = 20_000;

const answer = z.tuple([z.number(), z.array(z.string())]);
const members = z.tuple([z.number(), z.string(), z.array(z.tuple([z.number(), z.union([z.string(), z.number(), z.null()])]))]);

interface Waiting {
  readonly arrival: Arrival;
  readonly look: (slice: WindowSlice | null) => void;
}

interface Turn {
  readonly waiting: Waiting[];
  readonly text: string[];
}

export interface SharedWindowsOptions extends MemoryStateOptions {
  /** Set before every key. */
  readonly prefix: string;
  /** What a correlation was made of: nodes with other rules keep windows of their own. */
  readonly versionOf: (correlation: string) => string;
  /** Names this node among the others. */
  readonly node: string;
  /** Monotonic, ms. */
  readonly now: () => number;
}

/**
 * Windows of correlations that all nodes share through Redis (6.2 or later). Redis keeps what came into a window, in one order; each node replays that into
 * windows of its own memory, and of two nodes exactly one completes a match. What a node has seen is not sent to it again, so that a busy window costs no
 * more than a quiet one. Many arrivals go in one turn, those of a window in one call. While Redis is away, windows hold what this node sees.
 */
export class SharedWindows implements SharedCorrelationState {
  readonly #client: Redis;
  readonly #options: SharedWindowsOptions;
  readonly #memory: MemoryCorrelationState;
  /** Window → how far this node has read it. */
  #cursors = new Map<string, number>();
  #turn = new Map<string, Turn>();
  #running = false;
  #script: string | null = null;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #alone = 0;
  #tellers = new Map<string, { readonly mine: boolean; readonly until: number }>();

  constructor(client: Redis, options: SharedWindowsOptions) {
    this.#client = client;
    this.#options = options;
    this.#memory = new MemoryCorrelationState(options);
  }

  ask<Answer>(arrival: Arrival, look: (slice: WindowSlice | null) => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const key = `${arrival.correlation}\n${arrival.group}`;
      let turn = this.#turn.get(key);
      if (turn === undefined) {
        turn = { waiting: [], text: [] };
        this.#turn.set(key, turn);
      }
      turn.text.push(textOf(arrival));
      turn.waiting.push({
        arrival,
        look: (slice) => {
          try {
            resolve(look(slice));
          } catch (error) {
            reject(error);
          }
        },
      });
      if (!this.#running) {
        this.#running = true;
        // What is asked in the same turn of the loop goes together.
        queueMicrotask(() => void this.#run());
      }
    });
  }

  /** Whether this node is to tell of a matter, or another one does. While Redis is away, every node tells of what it sees. */
  async tells(matter: string): Promise<boolean> {
    const { node, prefix, now } = this.#options;
    const known = this.#tellers.get(matter);
    if (known !== undefined && now() < known.until) return known.mine;
    if (now() < this.#pausedUntil) return true;
    try {
      const key = `${prefix}sigma:told:${digestOf(matter)}`;
      const mine = (await this.#client.eval(tellScript, 1, key, node, silentMs)) === 1;
      if (this.#tellers.size >= maxTellers) this.#tellers = new Map();
      this.#tellers.set(matter, { mine, until: now() + toldMs });
      return mine;
    } catch {
      this.#failed();
      return true;
    }
  }

  /** Arrivals since the last call that only this node's windows took, because Redis did not answer. */
  takeAlone(): number {
    const alone = this.#alone;
    this.#alone = 0;
    return alone;
  }

  save(): CorrelationWindows {
    return this.#memory.save();
  }

  restore(windows: CorrelationWindows, holds: (correlation: string) => boolean): void {
    this.#memory.restore(windows, holds);
    this.#cursors.clear();
  }

  /** One turn after the other, so that each begins where the last one has read to. */
  async #run(): Promise<void> {
    while (this.#turn.size > 0) {
      const turn = this.#turn;
      this.#turn = new Map();
      const paused = this.#options.now() < this.#pausedUntil;
      const answers = paused ? null : await this.#send(turn).catch(() => null);
      let at = 0;
      for (const [key, { waiting }] of turn) {
        const [error, given] = answers?.[at] ?? [null, null];
        at += 1;
        const read = error === null ? answer.safeParse(given) : null;
        if (read?.success === true) this.#replay(key, waiting, read.data);
        else {
          if (!paused) this.#failed();
          this.#alone += waiting.length;
          for (const { arrival, look } of waiting) look(this.#memory.add(arrival));
        }
      }
    }
    this.#running = false;
  }

  async #send(turn: ReadonlyMap<string, Turn>): Promise<[Error | null, unknown][] | null> {
    this.#script ??= String(await this.#client.script('LOAD', addScript));
    const script = this.#script;
    const pipeline = this.#client.pipeline();
    for (const [key, { waiting, text }] of turn) {
      const [first] = waiting;
      if (first === undefined) continue;
      const { span, tolerance, keep, entries } = first.arrival;
      const known = this.#memory.has(first.arrival) ? (this.#cursors.get(key) ?? 0) : 0;
      const { prefix, versionOf } = this.#options;
      const name = `${prefix}sigma:{${digestOf(`${versionOf(first.arrival.correlation)}\n${key}`)}}`;
      const oldest = Math.floor((entries[0]?.time ?? 0) - span - tolerance);
      pipeline.evalsha(script, 2, `${name}:w`, `${name}:n`, known, keep, span + tolerance + graceMs, oldest, ...text);
    }
    const answers = await pipeline.exec();
    // A server that was started anew has forgotten it.
    if (answers?.some(([error]) => error !== null)) this.#script = null;
    return answers;
  }

  /** Takes what came into a window since this node looked last, in the order in which it came; its own arrivals are looked at where they stand. */
  #replay(key: string, waiting: readonly Waiting[], [count, texts]: z.infer<typeof answer>): void {
    const [first] = waiting;
    if (first === undefined) return;
    const own = Map.groupBy(waiting, idOf);
    const known = this.#memory.has(first.arrival) ? (this.#cursors.get(key) ?? 0) : 0;
    for (const [nth, text] of texts.entries()) {
      if (count - texts.length + nth + 1 <= known) continue;
      const entries = entriesOf(text);
      if (entries === null) continue;
      const slice = this.#memory.add({ ...first.arrival, entries });
      // After a crash this may be what the node sent before it.
      own
        .get(entries[0]?.id ?? '')
        ?.shift()
        ?.look(slice);
    }
    // The window was shorter than what came in this turn.
    for (const left of own.values()) for (const { look } of left) look(null);
    if (this.#cursors.size >= maxCursors) this.#cursors = new Map();
    this.#cursors.set(key, count);
  }

  #failed(): void {
    this.#pausedUntil = this.#options.now() + pauseMs;
  }
}

const digestOf = (text: string): string => hash('sha256', text, 'base64url');

const idOf = ({ arrival }: Waiting): string => arrival.entries[0]?.id ?? '';

/** The time stands before the JSON, so that the script finds what is too old without reading it. */
function textOf({ entries }: Arrival): string {
  const [first] = entries;
  const time = first?.time ?? 0;
  return `${Math.floor(time)} ${JSON.stringify([time, first?.id ?? '', entries.map(({ rule, value }) => [rule, value])])}`;
}

/** Null for what is none of ours. */
function entriesOf(text: string): Arrival['entries'] | null {
  try {
    const [time, id, each] = members.parse(JSON.parse(text.slice(text.indexOf(' ') + 1)));
    return each.map(([rule, value]) => ({ time, rule, id, value }));
  } catch {
    return null;
  }
}
