import type { Trace } from '../machine/trace.ts';
import type { Place } from '../machine/value.ts';
import { guardFacts } from './facts.ts';

/** Calls that write rows and are reached by operators only: on each way to them somebody asks for a role. */
export function operatorWrites(traces: readonly Trace[]): (place: Place) => boolean {
  const open = new Map<string, boolean>();
  for (const trace of traces) {
    for (const access of trace.accesses) {
      if (access.operation !== 'create' && access.operation !== 'update') continue;
      const key = keyOf(access.place);
      open.set(key, (open.get(key) ?? false) || !guardFacts(access).role);
    }
  }
  return (place) => open.get(keyOf(place)) === false;
}

const keyOf = ({ file, start, end }: Place): string => `${file}:${start}:${end}`;
