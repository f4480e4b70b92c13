import type { Effect, Trace } from './machine/trace.ts';
import { tableKind } from './names.ts';
import type { Sources } from './sources.ts';

/**
 * A key of its own for operators' tokens: only who was found in the operators' table gets one, so a route that verifies with it
 * belongs to the back office as surely as one whose path says so.
 */
export function markBackOffice(traces: readonly Trace[], sources: Sources): void {
  const operators = new Set<string>();
  const others = new Set<string>();
  for (const trace of traces)
    for (const effect of trace.effects) {
      if (effect.name !== 'jwt.sign') continue;
      const key = keyOf(effect, sources);
      if (key === undefined) continue;
      const tables = trace.accesses.filter(({ order }) => order < effect.order).map(({ table }) => tableKind(table));
      (tables.length > 0 && tables.every((kind) => kind === 'admin') ? operators : others).add(key);
    }
  for (const trace of traces) {
    if (trace.entry.admin) continue;
    const keys = trace.effects.filter(({ name }) => name === 'jwt.verify').map((effect) => keyOf(effect, sources));
    if (keys.some((key) => key !== undefined && operators.has(key) && !others.has(key))) trace.entry.admin = true;
  }
}

/** What tells one key from another: its text, or the setting that it comes from. */
function keyOf({ args, argPlaces }: Effect, sources: Sources): string | undefined {
  const text = args[1]?.literal;
  if (typeof text === 'string') return `"${text}`;
  const place = argPlaces[1];
  const written = place === undefined ? '' : sources.text(place.file).slice(place.start, Math.min(place.end, place.start + 120));
  return /[.[]/.test(written) ? written : undefined;
}
