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

/**
 * KEYS buckets; ARGV tolerance, then for each bucket capacity, refill per ms, cost → {allowed, then for each remaining, retryAfterMs}. All or none are
 * taken from; time is the server's.
 */
export const takeScript = script(`
local tolerance = tonumber(ARGV[1])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local allowed = 1
local buckets = {}
for index, key in ipairs(KEYS) do
  local first = 2 + (index - 1) * 3
  local bucket = { capacity = tonumber(ARGV[first]), rate = tonumber(ARGV[first + 1]), cost = tonumber(ARGV[first + 2]), retry = 0 }
  local state = redis.call('HMGET', key, 'tokens', 'at')
  local tokens = tonumber(state[1] or bucket.capacity)
  local at = tonumber(state[2] or now)
  bucket.tokens = math.min(bucket.capacity, tokens + math.max(0, now - at) * bucket.rate)
  if bucket.tokens + tolerance < bucket.cost then
    allowed = 0
    bucket.retry = math.max(1, math.ceil((bucket.cost - bucket.tokens - tolerance) / bucket.rate))
  end
  buckets[index] = bucket
end
local answer = { allowed }
for index, key in ipairs(KEYS) do
  local bucket = buckets[index]
  if allowed == 1 then bucket.tokens = math.max(0, bucket.tokens - bucket.cost) end
  redis.call('HSET', key, 'tokens', string.format('%.9f', bucket.tokens), 'at', string.format('%.3f', now))
  local full = math.ceil((bucket.capacity - bucket.tokens) / bucket.rate) + 1000
  redis.call('PEXPIRE', key, string.format('%.0f', math.min(full, 31622400000)))
  answer[#answer + 1] = math.floor(bucket.tokens + tolerance)
  answer[#answer + 1] = bucket.retry
end
return answer
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
