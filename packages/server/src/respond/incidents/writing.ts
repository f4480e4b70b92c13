import type { Audit } from '../../audit/service.ts';
import type { NewEntry } from './model.ts';
import type { Change, IncidentStore } from './store.ts';
import { makeEntry, recordOf, type StoredEntry } from './timeline.ts';

export interface WritingParts {
  readonly store: Pick<IncidentStore, 'apply' | 'setIndex'>;
  readonly audit: Pick<Audit, 'intent' | 'record'>;
  /** Origin of the log that this node writes. */
  readonly origin: string;
  /** Tells open pages that there is news of an incident. */
  readonly changed: (news: { readonly id: string }) => void;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

export interface Writing {
  /** Origin of the log that this node writes. */
  readonly origin: string;
  /** Does what an entry tells of, between its intent and its outcome in the log; the entry then knows its index. */
  perform<T>(entry: StoredEntry, work: () => Promise<T>): Promise<{ readonly result: T; readonly index: number }>;
  /**
   * Does an act of an incident and tells of it: the act and its entry are one transaction between intent and outcome in the log. `change` may also
   * change the incident itself.
   */
  write(
    incident: string,
    entry: NewEntry,
    change?: (entry: StoredEntry) => Omit<Change, 'entry'>,
  ): Promise<{ readonly id: string; readonly index: number }>;
}

/** No act without its record, and no entry of a timeline without its own. */
export function createWriting({ store, audit, origin, changed, clock, random }: WritingParts): Writing {
  const perform: Writing['perform'] = async (entry, work) => {
    const intent = audit.intent(recordOf(entry, clock(), 'unknown'));
    await intent.durable;
    let result: Awaited<ReturnType<typeof work>>;
    try {
      result = await work();
    } catch (error) {
      await audit.record(recordOf(entry, clock(), 'failure'), intent.id);
      throw error;
    }
    const index = await audit.record(recordOf(entry, clock(), 'success'), intent.id);
    await store.setIndex(entry.id, index, origin);
    changed({ id: entry.incident });
    return { result, index };
  };
  const write: Writing['write'] = async (incident, given, change) => {
    const entry = makeEntry(incident, { eventsLog: origin, ...given }, clock(), random);
    const { index } = await perform(entry, () => store.apply({ entry, ...change?.(entry) }));
    return { id: entry.id, index };
  };
  return { origin, perform, write };
}
