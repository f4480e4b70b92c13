import { createHash } from 'node:crypto';

/** A Lua script that Redis runs as one step. */
export interface RedisScript {
  readonly source: string;
  readonly sha1: string;
}

// EVALSHA names a script by its SHA-1; https://redis.io/docs/latest/commands/evalsha/
const script = (source: string): RedisScript => ({ source, sha1: createHash('sha1').update(source).digest('hex') });

/** KEYS counter; ARGV by, windowMs → {count, milliseconds until reset} */
export const incrementScript = script(`
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  left = tonumber(ARGV[2])
  redis.call('PEXPIRE', KEYS[1], left)
end
return {count, left}
`);

/** KEYS bucket; ARGV capacity, refill per ms, cost, tolerance → {allowed, remaining, retryAfterMs}; time is the server's */
export const takeScript = script(`
local capacity = tonumber(ARGV[1])
local rate = tonumber(ARGV[2])
local cost = tonumber(ARGV[3])
local tolerance = tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local state = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(state[1] or capacity)
local at = tonumber(state[2] or now)
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate)
local allowed = 0
local retry = 0
if tokens + tolerance >= cost then
  allowed = 1
  tokens = math.max(0, tokens - cost)
else
  retry = math.max(1, math.ceil((cost - tokens - tolerance) / rate))
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.9f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.min(math.ceil((capacity - tokens) / rate) + 1000, 31622400000)))
return {allowed, math.floor(tokens + tolerance), retry}
`);

/** KEYS lock, fence; ARGV ttlMs → token, or false when held. The token follows the server's time, so that it also grows after a loss of data. */
export const acquireScript = script(`
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local token = math.max(now, tonumber(redis.call('GET', KEYS[2]) or '0') + 1)
local text = string.format('%.0f', token)
redis.call('SET', KEYS[2], text, 'PX', 86400000)
redis.call('SET', KEYS[1], text, 'PX', ARGV[1])
return text
`);

/** KEYS lock; ARGV token, ttlMs → 1 when the lease was still held */
export const renewScript = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`);

/** KEYS lock; ARGV token → 1 when the lease was still held */
export const releaseScript = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);
