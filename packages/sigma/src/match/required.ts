import { type Flags, type Node, parseRegExp } from '../regexp/syntax.ts';

/**
 * A text that every match of the pattern holds, in lower case; empty when none is known. Only ASCII: an index that compares without case can then be
 * asked for it, whether the pattern minds case or not.
 */
export function requiredLiteral(pattern: string, flags: Flags): string {
  let best = '';
  let run = '';
  const end = (): void => {
    if (run.length > best.length) best = run;
    run = '';
  };
  const walk = (node: Node): void => {
    switch (node.kind) {
      case 'empty':
      case 'assert':
        return;
      case 'set': {
        const char = charOf(node.set);
        if (char === null) end();
        else run += char;
        return;
      }
      case 'sequence':
        for (const item of node.items) walk(item);
        return;
      case 'repeat':
        end();
        if (node.min > 0) walk(node.item);
        end();
        return;
      case 'choice':
        end();
    }
  };
  walk(parseRegExp(pattern, flags));
  end();
  return best;
}

/** The one ASCII character of a set, in lower case, or null. */
function charOf(set: readonly number[]): string | null {
  const [low = 0, high = 0, second, secondHigh] = set;
  if (low !== high || high > 0x7f || set.length > 4) return null;
  const char = String.fromCharCode(low).toLowerCase();
  if (set.length === 2) return char;
  return second === secondHigh && String.fromCharCode(second ?? 0) === char ? char : null;
}
