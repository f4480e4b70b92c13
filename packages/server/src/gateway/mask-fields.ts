import type { MaskFormat } from '@menshen/contract';
import { maskValue } from '../protect/disclosure/formats.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A field and the form in which it is masked. */
export interface MaskedField {
  /** Such as `bank.card`. */
  readonly path: string;
  readonly as: MaskFormat;
}

/**
 * Masks fields of a JSON value. A path such as `bank.card` means every member `card` of a member `bank`, at whatever depth and in whatever list: an answer
 * may wrap its objects as it likes. Text is masked, anything else becomes null. Returns null when nothing was there to mask, so that the bytes can stay.
 */
export function maskFields(value: unknown, fields: readonly MaskedField[]): { readonly value: unknown } | null {
  const wanted = fields.map(({ path }) => path.split('.'));
  let changed = false;

  /** `open`: for each path how many of its names the way down to here ends with. */
  const walk = (at: Json, open: readonly number[], depth: number): Json => {
    if (depth > maxDepth) throw new RangeError('nested too deeply');
    if (Array.isArray(at)) return at.map((item) => walk(item as Json, open, depth + 1));
    if (typeof at !== 'object' || at === null) return at;
    const out: Record<string, Json> = Object.create(null);
    for (const [key, member] of Object.entries(at)) {
      const next = wanted.map((names, index) => advance(names, open[index] ?? 0, key));
      const hit = fields.find((_field, index) => next[index] === wanted[index]?.length);
      if (hit !== undefined) changed = true;
      out[key] = hit !== undefined ? masked(member, hit.as) : walk(member, next, depth + 1);
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

function masked(value: Json, format: MaskFormat): Json {
  if (typeof value === 'string') return maskValue(value, format);
  // A number such as a phone number is masked like the text that it is; whatever else is there does not show.
  return typeof value === 'number' && format !== 'text' ? maskValue(String(value), format) : null;
}
