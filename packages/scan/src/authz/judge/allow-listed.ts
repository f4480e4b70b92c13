import { type Check, deepFlags, deepKeys, has, origin, type Value } from '../machine/value.ts';
import { isNone } from './facts.ts';

/** The value was compared with constants on the way: a list of what is allowed. */
export function allowListed(guards: readonly Check[], value: Value): boolean {
  const keys = deepKeys(value);
  return guards.some((check) => {
    if (!check.right) return false;
    for (const [one, other] of [
      [check.left, check.right],
      [check.right, check.left],
    ] as const) {
      if (
        has(one, origin.client) &&
        [...deepKeys(one)].some((key) => keys.has(key)) &&
        (deepFlags(other) & origin.client) === 0 &&
        !isNone(other)
      )
        return true;
    }
    return false;
  });
}
