import { type Parameters, pairRefusal, parsePairs } from '../pairs.ts';
import type { NormalProfile } from '../profile.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { checkText } from './json.ts';

export interface ParsedForm {
  readonly value: Parameters;
  /** The body to pass on: the one given when it is canonical already. */
  readonly bytes: Buffer;
}

/** Makes the reader of `application/x-www-form-urlencoded` bodies; see `parsePairs` for what is refused. */
export function createFormReader(profile: NormalProfile): (bytes: Buffer) => Refusal | ParsedForm {
  const { limits, mayRepeat } = profile;
  const pairLimits = { maxPairs: limits.maxKeys, maxNameLength: limits.maxKeyLength, maxValueLength: limits.maxStringLength };
  return (bytes) => {
    const unreadable = checkText(bytes);
    if (unreadable !== null) return unreadable;
    const text = bytes.toString();
    const pairs = parsePairs(text, 'form', mayRepeat, pairLimits);
    if (pairs.kind !== 'pairs') return refuse(pairRefusal.form[pairs.kind], `body field ${pairs.index}`);
    return { value: pairs.values, bytes: pairs.canonical === text ? bytes : Buffer.from(pairs.canonical) };
  };
}
