type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The first three and last two characters of a longer text, stars for the rest; nothing of a short one. */
export function maskText(text: string): string {
  const letters = [...text];
  if (letters.length < 8) return '****';
  return `${letters.slice(0, 3).join('')}****${letters.slice(-2).join('')}`;
}

/**
 * Masks fields of a JSON value. A path such as `bank.card` means every member `card` of a member `bank`, at whatever depth and in whatever list: an answer
 * may wrap its objects as it likes. Text is masked, anything else becomes null. Returns null when nothing was there to mask, so that the bytes can stay.
 */
export function maskFields(value: unknown, paths: readonly string[]): { readonly value: unknown } | null {
  const wanted = paths.map((path) => path.split('.'));
  let changed = false;

  /** `open`: for each path how many of its names the way down to here ends with. */
  const walk = (at: Json, open: readonly number[], depth: number): Json => {
    if (depth > maxDepth) throw new RangeError('nested too deeply');
    if (Array.isArray(at)) return at.map((item) => walk(item as Json, open, depth + 1));
    if (typeof at !== 'object' || at === null) return at;
    const out: Record<string, Json> = Object.create(null);
    for (const [key, member] of Object.entries(at)) {
      const next = wanted.map((names, index) => advance(names, open[index] ?? 0, key));
      const hit = wanted.some((names, index) => next[index] === names.length);
      if (hit) changed = true;
      out[key] = hit ? masked(member) : walk(member, next, depth + 1);
    }
    return out;
  };
  const result = walk(
    value as Json,
    wanted.map(() => 0),
    0,
  );
  return changed ? { value: result } : null;
}

const maxDepth = 200;

/** How much of a path the way ends with after one more name: on, or begun anew. Paths are short, so that begin anew is enough for names that repeat. */
function advance(names: readonly string[], matched: number, key: string): number {
  for (let length = Math.min(matched + 1, names.length); length > 0; length -= 1) {
    if (names[length - 1] === key && (length === 1 || length === matched + 1)) return length;
  }
  return 0;
}

function masked(value: Json): Json {
  return typeof value === 'string' ? maskText(value) : null;
}
