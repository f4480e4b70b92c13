import { createHash } from 'node:crypto';
import type { Arrival, CorrelationState, WindowEntry, WindowSlice } from '@menshen/sigma';
import type { Redis } from 'ioredis';
import * as z from 'zod';

/**
 * KEYS window, sequence; ARGV time, span, tolerance, keep, ttl ms, then the entries' texts → what is in the slice, each with its score; false when the
 * arrival is too late or was there. Entries of one time stand in the order of arrival, because their texts begin with a number that counts up.
 */
const source = `
local time, span, tolerance, keep = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local newest = tonumber(last[2] or ARGV[1])
if time < newest - tolerance then return false end
local mine = string.match(ARGV[6], '^[^\\n]*\\n[^\\n]*\\n')
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], time, time)) do
  if string.sub(member, 17, 16 + #mine) == mine then return false end
end
for index = 6, #ARGV do
  local number = redis.call('INCR', KEYS[2])
  redis.call('ZADD', KEYS[1], time, string.format('%016.0f', number) .. ARGV[index])
end
local finish = math.max(newest, time)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', finish - span - tolerance))
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -keep - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('PEXPIRE', KEYS[2], ARGV[5])
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', time - span), string.format('%.0f', time + math.min(span, tolerance)), 'WITHSCORES')
`;
const sha1 = createHash('sha1').update(source).digest('hex');

/** A window outlives its span by this much of the server's time: events may be read later than they happened. */
const graceMs = 10 * 60_000;

const reply = z.union([z.null(), z.array(z.string())]);
const idText = z.string();
const valueText = z.union([z.string(), z.number(), z.null()]);

/**
 * Windows of correlations on Redis (6.2 or later), shared by every node that uses the same prefix: the same answers as one process gives, one after the
 * other. Keys are digests, entries hold the event's id and the one value that the correlation looks at. Rejects while Redis is away.
 */
export function createRedisCorrelationState(client: Redis, prefix = 'menshen:'): CorrelationState<Promise<WindowSlice | null>> {
  return {
    async add(arrival) {
      const answer = reply.parse(await run(client, keysOf(prefix, arrival), argumentsOf(arrival)));
      if (answer === null) return null;
      const entries: WindowEntry[] = [];
      for (let at = 0; at + 1 < answer.length; at += 2) entries.push(entryOf(answer[at] ?? '', Number(answer[at + 1])));
      return { entries, from: 0, to: entries.length };
    },
  };
}

function keysOf(prefix: string, { correlation, group }: Arrival): [string, string] {
  const digest = createHash('sha256').update(`${correlation.length}:${correlation}${group}`).digest('base64url');
  return [`${prefix}sigma:{${digest}}:w`, `${prefix}sigma:{${digest}}:n`];
}

function argumentsOf({ entries, span, tolerance, keep }: Arrival): (string | number)[] {
  const time = entries[0]?.time ?? 0;
  return [
    Math.trunc(time),
    span,
    tolerance,
    keep,
    span + tolerance + graceMs,
    ...entries.map(({ rule, id, value }) => `${rule}\n${JSON.stringify(id)}\n${JSON.stringify(value)}`),
  ];
}

async function run(client: Redis, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
  try {
    return await client.evalsha(sha1, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return await client.eval(source, keys.length, ...keys, ...args);
  }
}

function entryOf(member: string, time: number): WindowEntry {
  const [rule = '', id = '""', value = 'null'] = member.slice(16).split('\n');
  return { time, rule: Number(rule), id: idText.parse(JSON.parse(id)), value: valueText.parse(JSON.parse(value)) };
}
