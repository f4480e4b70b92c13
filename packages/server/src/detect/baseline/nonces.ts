/** Nonces of the past, as 64-bit digests in open-addressed tables of two generations. */
export interface NonceMemory {
  young: NonceTable;
  old: NonceTable;
}

interface NonceTable {
  size: number;
  keys: Uint32Array;
  /** Second half of the digest. */
  checks: Uint32Array;
  /** Seconds since 2020. */
  times: Uint32Array;
  /** Digest of who sent it: person, device and address. */
  senders: Uint32Array;
  origins: Uint32Array;
}

export interface NonceUse {
  /** Epoch ms of the first use, to the second. */
  readonly ts: number;
  /** Digest of the person and device. */
  readonly sender: number;
  /** Digest of the address. */
  readonly origin: number;
}

const EPOCH_S = 1_577_836_800;
const FIRST_CAPACITY = 1 << 14;
/** Most nonces of a generation; two generations are kept. */
export const GENERATION_LIMIT = 3_000_000;

const table = (capacity: number): NonceTable => ({
  size: 0,
  keys: new Uint32Array(capacity),
  checks: new Uint32Array(capacity),
  times: new Uint32Array(capacity),
  senders: new Uint32Array(capacity),
  origins: new Uint32Array(capacity),
});

export const newNonces = (): NonceMemory => ({ young: table(FIRST_CAPACITY), old: table(16) });

/** FNV-1a with a seed; two seeds make 64 bits. */
export function digest(text: string, seed: number): number {
  let hash = (2_166_136_261 ^ seed) >>> 0;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function slotOf({ keys, checks }: NonceTable, key: number, check: number): number {
  const mask = keys.length - 1;
  let at = key & mask;
  while (keys[at] !== 0 && !(keys[at] === key && checks[at] === check)) at = (at + 1) & mask;
  return at;
}

function put(target: NonceTable, key: number, check: number, time: number, sender: number, origin: number): void {
  const at = slotOf(target, key, check);
  if (target.keys[at] === 0) target.size += 1;
  target.keys[at] = key;
  target.checks[at] = check;
  target.times[at] = time;
  target.senders[at] = sender;
  target.origins[at] = origin;
}

function grown(from: NonceTable): NonceTable {
  const to = table(from.keys.length * 2);
  for (let at = 0; at < from.keys.length; at += 1) {
    const key = from.keys[at] ?? 0;
    if (key !== 0) put(to, key, from.checks[at] ?? 0, from.times[at] ?? 0, from.senders[at] ?? 0, from.origins[at] ?? 0);
  }
  return to;
}

const read = (from: NonceTable, at: number): NonceUse => ({
  ts: ((from.times[at] ?? 0) + EPOCH_S) * 1_000,
  sender: from.senders[at] ?? 0,
  origin: from.origins[at] ?? 0,
});

/** Looks a nonce up and remembers its first use. Returns the earlier use, or null when it is new. */
export function useNonce(memory: NonceMemory, nonce: string, use: NonceUse): NonceUse | null {
  const key = digest(nonce, 1) || 1;
  const check = digest(nonce, 7_919);
  for (const known of [memory.young, memory.old]) {
    const at = slotOf(known, key, check);
    if (known.keys[at] !== 0) return read(known, at);
  }
  if (memory.young.size * 2 >= memory.young.keys.length) memory.young = grown(memory.young);
  put(memory.young, key, check, Math.max(0, Math.floor(use.ts / 1_000) - EPOCH_S), use.sender, use.origin);
  if (memory.young.size >= GENERATION_LIMIT) {
    memory.old = memory.young;
    memory.young = table(FIRST_CAPACITY);
  }
  return null;
}
