import { type IncidentSeverity, MenshenError } from '@menshen/contract';
import type { NotifyService } from '../../notify/service.ts';
import { isStoreError } from '../../store/errors.ts';
import type { createMerging } from './merging.ts';
import { type ClockRow, heavier, type Incident, incidentName, type NewIncident, type OpenedIncident, rankOf } from './model.ts';
import type { IncidentStore } from './store.ts';
import { makeEntry } from './timeline.ts';
import type { Writing } from './writing.ts';

/** How often another node may be quicker. */
const tries = 6;

export interface OpeningParts {
  readonly store: Pick<IncidentStore, 'create' | 'lastNumber' | 'ofSource'>;
  readonly merging: ReturnType<typeof createMerging>;
  readonly writing: Writing;
  readonly notify: Pick<NotifyService, 'send'>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** How a fact becomes an incident, or part of one. */
export function createOpening({ store, merging, writing, notify, clock, random }: OpeningParts) {
  let turn: Promise<unknown> = Promise.resolve();
  /** One at a time in this process, so that its own do not defeat each other: two alerts of one second must not make two incidents. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  };

  const tell = async (fact: NewIncident, opened: OpenedIncident, severity: IncidentSeverity): Promise<void> => {
    if (fact.notify === false || rankOf(severity) < rankOf('medium')) return;
    const name = incidentName(opened.number);
    await notify.send({
      ...{ kind: 'incident', severity, app: null, matter: `incident ${opened.id} ${severity}` },
      title: { zh: `${name} ${fact.title.zh}`, en: `${name} ${fact.title.en}` },
      happened: fact.text,
      done: null,
      asked: { zh: '打开事件，确认级别并接手', en: 'Open the incident, confirm its severity and take it' },
      path: `/incidents/${opened.id}`,
    });
  };

  const join = async (fact: NewIncident, into: Incident): Promise<OpenedIncident> => {
    const severity = heavier(into.severity, fact.severity);
    const subjects = merging.union(into.subjects, fact.subjects);
    await writing.write(
      into.id,
      {
        ...{ kind: 'merged', by: fact.by, at: fact.detected, events: fact.events ?? [], text: fact.title },
        ...(fact.eventsLog === undefined ? {} : { eventsLog: fact.eventsLog }),
        ...(fact.path === undefined ? {} : { path: fact.path }),
        facts: { source: fact.source.kind, ref: fact.source.ref, severity },
      },
      () => ({
        next: { ...into, severity, subjects, updated: clock() },
        sources: [{ ...fact.source, at: fact.detected, path: fact.path ?? null }],
        subjects: fact.subjects,
      }),
    );
    const joined = { id: into.id, number: into.number, how: 'merged' } as const;
    if (severity !== into.severity) await tell(fact, joined, severity);
    return joined;
  };
  /** Opens an incident of its own, where none has been opened since `after`. */
  const open = async (fact: NewIncident, after: number | null): Promise<OpenedIncident | null> => {
    const id = `i_${Buffer.from(random(16)).toString('base64url')}`;
    const now = clock();
    const entry = makeEntry(
      id,
      {
        ...{ kind: 'opened', by: fact.by, at: fact.detected, events: fact.events ?? [], text: fact.title },
        eventsLog: fact.eventsLog === undefined ? writing.origin : fact.eventsLog,
        ...(fact.path === undefined ? {} : { path: fact.path }),
        facts: { source: fact.source.kind, ref: fact.source.ref, severity: fact.severity },
      },
      now,
      random,
    );
    const made: Omit<Incident, 'number'> = {
      ...{ id, title: fact.title, text: fact.text, subjects: merging.union([], fact.subjects), severity: fact.severity },
      ...{ state: 'new', owner: null, opened: now, updated: now, mergedInto: null, version: 1 },
    };
    const times: readonly (readonly [ClockRow['clock'], number | null])[] = [
      ['occurred', fact.occurred],
      ['detected', fact.detected],
      // Who tells of it knows it.
      ['aware', fact.source.kind === 'report' ? fact.detected : null],
    ];
    const clocks = times.flatMap(([name, at]) => (at === null ? [] : [{ clock: name, at, by: fact.by, set: now, reason: '' }]));
    const { result: number } = await writing.perform(entry, async () => {
      const number = await store.create(
        made,
        {
          ...{ entry, clocks, subjects: fact.subjects },
          sources: [{ ...fact.source, at: fact.detected, path: fact.path ?? null }],
        },
        after,
      );
      // Another node was quicker: nothing was written, and the log says so.
      if (number === null) throw new SourceKnown();
      return number;
    });
    const opened = { id, number, how: 'opened' } as const;
    await tell(fact, opened, fact.severity);
    return opened;
  };
  const openOrJoin = async (fact: NewIncident): Promise<OpenedIncident> => {
    for (let attempt = 1; ; attempt += 1) {
      const known = await store.ofSource(fact.source.kind, fact.source.ref);
      if (known !== null) return { id: known.id, number: known.number, how: 'known' };
      // Read first: what another node opens after this is either found here or refuses the number below. Who loses every time opens one of its own.
      const after = fact.merge === false || attempt >= tries ? null : await store.lastNumber();
      const into = fact.merge === false ? null : await merging.target(fact);
      try {
        const done = into === null ? await open(fact, after) : await join(fact, into);
        if (done !== null) return done;
      } catch (error) {
        const lost =
          error instanceof SourceKnown ||
          isStoreError(error, 'store_conflict') ||
          (error instanceof MenshenError && error.code === 'conflict');
        if (!lost || attempt >= tries) throw error;
      }
    }
  };

  return (fact: NewIncident): Promise<OpenedIncident> => inTurn(() => openOrJoin(fact));
}

/** The source has led to an incident in the meantime. */
class SourceKnown extends Error {
  override readonly name = 'SourceKnown';
}
