import type { TrafficRow } from '@menshen/contract';
import type { HandlerParts } from './parts.ts';

/** Gives rows of requests the names that the directory knows their people by. */
export const namesOfRows =
  (directory: Pick<HandlerParts['directory'], 'snapshot'>) =>
  (row: TrafficRow): TrafficRow => ({
    ...row,
    name: row.uid === null ? null : (directory.snapshot().person(row.uid)?.name ?? null),
  });
