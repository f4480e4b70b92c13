import { fieldValue, type SigmaEvent } from '../match/event.ts';
import type { LogSource } from '../model.ts';
import { commonFields, type FieldMapping, ourLogSources, webFields } from './tables.ts';

/** An activity event (CONTRACT.md), an OCSF event of ours, or neither. */
export type EventKind = 'activity' | 'ocsf' | 'other';

export function eventKind(event: SigmaEvent): EventKind {
  if (typeof event['class_uid'] === 'number' && typeof event['metadata'] === 'object' && typeof event['type_uid'] === 'number')
    return 'ocsf';
  return typeof event['action'] === 'string' && typeof event['ts'] === 'number' && event['id'] !== undefined
    ? 'activity'
    : 'other';
}

/** The event with the fields by which Sigma rules ask for it. What the event has itself stays; an event that is not ours is given back as it is. */
export function mapEvent(event: SigmaEvent): SigmaEvent {
  const kind = eventKind(event);
  if (kind === 'other') return event;
  const mapped: Record<string, unknown> = { ...event };
  // OCSF's `user` is an object, for which rules ask as `user.uid`.
  apply(commonFields, event, mapped, kind === 'ocsf' ? new Set(['user', 'device', 'time']) : new Set());
  if (kind === 'ocsf' && mapped['result'] === undefined)
    mapped['result'] = ['unknown', 'success', 'failure'][Number(event['status_id'])] ?? 'other';
  apply(webFields, mapped, mapped, new Set());
  return mapped;
}

function apply(
  mappings: readonly FieldMapping[],
  from: SigmaEvent,
  into: Record<string, unknown>,
  over: ReadonlySet<string>,
): void {
  for (const { field, from: places, part } of mappings) {
    if (into[field] !== undefined && !over.has(field)) continue;
    for (const place of places) {
      const value = fieldValue(from, place);
      if (value === undefined || value === null) continue;
      const taken = part === undefined ? value : partOf(value, part, place);
      if (taken === undefined) continue;
      into[field] = taken;
      break;
    }
  }
}

/** The part of a path, or of what else holds one, that a field of Sigma's asks for. */
export function partOf(value: unknown, part: 'stem' | 'query' | 'extension', place: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const mark = value.indexOf('?');
  switch (part) {
    case 'stem':
      return mark < 0 ? value : value.slice(0, mark);
    case 'query':
      if (place.endsWith('query_string')) return value;
      return mark < 0 ? undefined : value.slice(mark + 1);
    case 'extension': {
      const stem = mark < 0 ? value : value.slice(0, mark);
      return /\.([A-Za-z0-9]{1,10})$/.exec(stem.slice(-12))?.[1];
    }
  }
}

/** Whether rules for a log source can say something about our events. */
export function isForUs({ category, product, service }: LogSource): boolean {
  return ourLogSources.some(
    (ours) =>
      (category === null || category === ours.category) &&
      (product === null || product === ours.product) &&
      (service === null || service === ours.service),
  );
}
