import type {
  Bilingual,
  IncidentClock,
  IncidentSeverity,
  IncidentSourceKind,
  IncidentState,
  IncidentSubjectKind,
  TimelineKind,
} from '@menshen/contract';

export interface Subject {
  readonly kind: IncidentSubjectKind;
  readonly value: string;
}

/** Something that makes an incident, or joins one that is open. */
export interface NewIncident {
  readonly source: {
    readonly kind: IncidentSourceKind;
    /** Names the source for good: the same one leads to one incident, however often it is told. */
    readonly ref: string;
  };
  readonly severity: IncidentSeverity;
  readonly title: Bilingual;
  /** What is known, in words; may name people. */
  readonly text: Bilingual;
  readonly subjects: readonly Subject[];
  /** Epoch ms; null where nobody can say yet. */
  readonly occurred: number | null;
  /** When a machine saw it, or a person told of it. */
  readonly detected: number;
  /** Indexes of the audit log that it rests on. */
  readonly events?: readonly number[];
  /** Origin of the log that `events` are of; null where nobody knows. That of this node when absent. */
  readonly eventsLog?: string | null;
  /** Console path of the source. */
  readonly path?: string;
  /** An administrator, `token:NAME`, or `menshen`. */
  readonly by: string;
  /** Whether it may join an open incident of the same subject; true when absent. */
  readonly merge?: boolean;
  /** Whether people hear of it by a notice of its own; false where its source sends one. True when absent. */
  readonly notify?: boolean;
}

export interface OpenedIncident {
  readonly id: string;
  readonly number: number;
  /** `opened` a new one, `merged` into an open one, `known`: this source has led to it before. */
  readonly how: 'opened' | 'merged' | 'known';
}

/** An entry for the timeline. */
export interface NewEntry {
  readonly kind: TimelineKind;
  readonly text: Bilingual;
  readonly by: string;
  /** When it happened, epoch ms; now when absent. */
  readonly at?: number;
  /** Console path of what it tells of. */
  readonly path?: string;
  /** Indexes of further entries of the audit log. */
  readonly events?: readonly number[];
  /** Origin of the log that `events` are of; null where nobody knows. That of this node when absent. */
  readonly eventsLog?: string | null;
  /** Plain facts for the audit log. Nothing of a person, no free text. */
  readonly facts?: Readonly<Record<string, string | number>>;
}

export interface ClockSetting {
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
  /** Needed where the clock stood at another time before. */
  readonly reason?: string;
  /** A person's: without a reason a correction is refused, where a machine's is passed over. */
  readonly insist?: boolean;
}

/**
 * What other capabilities do with incidents: containment and playbooks tell of what they did, detection and releases open them.
 * @throws MenshenError `not_found`, `incident_ended`, `conflict`, `audit_unwritable`
 */
export interface IncidentPort {
  openIncident(fact: NewIncident): Promise<OpenedIncident>;
  /** Resolves to the id of the entry and its index in the audit log. */
  appendToTimeline(incident: string, entry: NewEntry): Promise<{ readonly id: string; readonly index: number }>;
  /** Sets a clock; where it stands already, only with a reason, and else it keeps the earlier time. */
  setClock(incident: string, clock: IncidentClock, setting: ClockSetting): Promise<void>;
  /** What an incident was made of. */
  sources(incident: string): Promise<readonly Source[]>;
  /** State and severity; null when there is none of this id. */
  peek(incident: string): Promise<IncidentGlance | null>;
}

export interface IncidentGlance {
  readonly id: string;
  readonly number: number;
  readonly state: IncidentState;
  readonly severity: IncidentSeverity;
  readonly title: Bilingual;
  readonly subjects: readonly Subject[];
}

/** An incident as the store keeps it. */
export interface Incident {
  readonly id: string;
  /** Short number for people: INC-12. */
  readonly number: number;
  readonly title: Bilingual;
  readonly text: Bilingual;
  readonly subjects: readonly Subject[];
  readonly severity: IncidentSeverity;
  readonly state: IncidentState;
  readonly owner: string | null;
  readonly opened: number;
  readonly updated: number;
  /** The incident that this one was merged into. */
  readonly mergedInto: string | null;
  readonly version: number;
}

export interface Source {
  readonly kind: IncidentSourceKind;
  readonly ref: string;
  readonly at: number;
  readonly path: string | null;
}

/** A row of a clock; the newest of a clock counts, the others are its history. */
export interface ClockRow {
  readonly clock: IncidentClock;
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
  readonly set: number;
  readonly reason: string;
}

export type Clocks = Readonly<Partial<Record<IncidentClock, number>>>;

export const clocksOf = (rows: readonly ClockRow[]): Clocks =>
  Object.fromEntries([...rows].sort((one, other) => one.set - other.set).map(({ clock, at }) => [clock, at]));

const ended: ReadonlySet<IncidentState> = new Set(['closed', 'false_alarm']);
export const isEnded = (state: IncidentState): boolean => ended.has(state);

const ranks: Readonly<Record<IncidentSeverity, number>> = { low: 0, medium: 1, high: 2, critical: 3 };
export const rankOf = (severity: IncidentSeverity): number => ranks[severity];
export const heavier = (one: IncidentSeverity, other: IncidentSeverity): IncidentSeverity =>
  rankOf(one) >= rankOf(other) ? one : other;

/** States that may follow. A step may be skipped forwards (what was contained when it was found), never silently backwards: that is a reopening. */
const following: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  new: ['triaged', 'contained', 'recovered', 'closed', 'false_alarm'],
  triaged: ['contained', 'recovered', 'closed', 'false_alarm'],
  contained: ['recovered', 'closed', 'false_alarm', 'triaged'],
  recovered: ['closed', 'false_alarm', 'triaged'],
  closed: ['triaged'],
  false_alarm: ['triaged'],
};
export const mayFollow = (state: IncidentState, next: IncidentState): boolean => following[state].includes(next);

/** The clock that entering a state stops; null for a false alarm, which has no times. */
export const clockOfState: Readonly<Record<IncidentState, IncidentClock | null>> = {
  new: 'detected',
  triaged: 'classified',
  contained: 'contained',
  recovered: 'recovered',
  closed: 'closed',
  false_alarm: 'closed',
};

/** Name for people: INC-0012. */
export const incidentName = (number: number): string => `INC-${String(number).padStart(4, '0')}`;
