import type { TrafficRow } from '@menshen/contract';
import type { HandlerParts } from './parts.ts';

/** Gives the name that the directory knows somebody by; null where it knows none. */
export const personNameOf =
  (directory: Pick<HandlerParts['directory'], 'snapshot'>) =>
  (uid: string | null): string | null =>
    uid === null ? null : (directory.snapshot().person(uid)?.name ?? null);

/** Gives rows of requests the names that the directory knows their people by. */
export const namesOfRows =
  (directory: Pick<HandlerParts['directory'], 'snapshot'>) =>
  (row: TrafficRow): TrafficRow => ({
    ...row,
    name: personNameOf(directory)(row.uid),
  });
