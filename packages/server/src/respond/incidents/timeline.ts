import { createHash } from 'node:crypto';
import type { Bilingual, TimelineKind } from '@menshen/contract';
import * as z from 'zod';
import { sameText } from '../../administrators/secrets.ts';
import { canonicalJson, entityManagementEvent } from '../../audit/events.ts';
import type { NewEntry } from './model.ts';

/** An entry of a timeline, opened. */
export interface StoredEntry {
  readonly id: string;
  readonly incident: string;
  /** When it happened, epoch ms. */
  readonly at: number;
  /** When it was written; no two entries of an incident at one time. */
  readonly written: number;
  readonly by: string;
  readonly kind: TimelineKind;
  readonly text: Bilingual;
  readonly path: string | null;
  readonly events: readonly number[];
  /** Origin of the log that `events` are indexes of; null where nobody noted it, absent in entries of before it was noted. */
  readonly eventsLog?: string | null;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly salt: string;
  readonly digest: string;
  readonly index: number | null;
  /** Origin of the log that `index` stands in: each node may write its own. Null where it was not noted. */
  readonly log: string | null;
  readonly redacted: boolean;
}

const saltBytes = 16;
const maxEvents = 200;

/** Makes an entry and the digest that its record in the log carries. */
export function makeEntry(incident: string, given: NewEntry, now: number, random: (size: number) => Uint8Array): StoredEntry {
  const { kind, text, by, at = now, path = null, events = [], eventsLog, facts = {} } = given;
  const entry = {
    ...{ id: `e_${Buffer.from(random(16)).toString('base64url')}`, incident, at, written: now, by, kind, text, path, facts },
    ...{ events: events.slice(0, maxEvents), salt: Buffer.from(random(saltBytes)).toString('base64url') },
    ...(eventsLog === undefined || events.length === 0 ? {} : { eventsLog }),
    ...{ digest: '', index: null, log: null, redacted: false },
  };
  return { ...entry, digest: digestOf(entry) };
}

/** SHA-256 over the salt and the entry as canonical JSON. The salt, which lies in the store alone, keeps anybody from guessing words by the log. */
function digestOf({ id, incident, at, by, kind, text, path, events, eventsLog, salt }: Omit<StoredEntry, 'digest'>): string {
  const content = canonicalJson({
    ...{ id, incident, at, by, kind, text: { zh: text.zh, en: text.en }, path, events: [...events] },
    ...(eventsLog === undefined ? {} : { eventsLog }),
  });
  return createHash('sha256').update(salt).update('\n').update(content).digest('hex');
}

/** Whether an entry still is what the log holds the digest of; null where an erasure took words out of it. */
export const isIntact = (entry: StoredEntry): boolean | null => (entry.redacted ? null : sameText(digestOf(entry), entry.digest));

const loggedEvent = z.object({
  unmapped: z.object({
    menshen: z.object({ detail: z.object({ incident: z.string(), entry: z.string(), digest: z.string() }) }),
  }),
});

/** Whether the log's event at the entry's index is that of the entry as it stands now. */
export function isLogged(entry: StoredEntry, event: unknown): boolean {
  const parsed = loggedEvent.safeParse(event);
  if (!parsed.success) return false;
  const { detail } = parsed.data.unmapped.menshen;
  return detail.entry === entry.id && detail.incident === entry.incident && sameText(detail.digest, digestOf(entry));
}

/** OCSF Entity Management (3004) of an entry: plain facts and the digest, no word that somebody wrote. */
export function recordOf(entry: StoredEntry, time: number, outcome: 'success' | 'failure' | 'unknown'): string {
  const { id, incident, by, kind, digest, facts } = entry;
  return entityManagementEvent({
    ...{ time, by, outcome, entity: 'incident', activity: kind === 'opened' ? 'create' : 'update' },
    detail: { ...facts, incident, entry: id, kind, digest },
  });
}
