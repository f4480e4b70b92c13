import type { Group } from './baseline/group.ts';
import type { Address, Device } from './baseline/others.ts';
import type { Person } from './baseline/person.ts';
import type { LocalTime } from './calendar.ts';
import type { Activity, BaselineRule, Directory, DirectoryUser, Fact, Place } from './model.ts';
import type { DetectState } from './state.ts';

/** An activity beside what was usual before it. */
export interface Seen {
  readonly activity: Activity;
  /** By the person's own clock, where it is known. */
  readonly local: LocalTime;
  /** By the company's. */
  readonly companyTime: LocalTime;
  readonly place: Place | null;
  readonly person: Person | null;
  readonly entry: DirectoryUser | null;
  readonly address: Address | null;
  readonly device: Device | null;
  /** Names {@link device}. */
  readonly deviceName: string | null;
  /** People of the same department, role and right to export. */
  readonly group: Group | null;
  /** People of the same shift. */
  readonly shift: Group | null;
  readonly service: boolean;
  /** Enough is known of the person to call something new. */
  readonly mature: boolean;
  readonly knownDevice: boolean;
  readonly knownAddress: boolean;
  readonly knownCity: boolean;
  /** Its place says nothing about where the person is. */
  readonly egress: boolean;
  /** An office, or an address behind which many people are let in. */
  readonly sharedAddress: boolean;
  /** Requests of the person in the last minute. */
  readonly personRate: number;
  /** Set where the activity is so unlike a program that nothing is learned from it. */
  tainted: boolean;
}

export interface FindingInput {
  readonly rule: BaselineRule;
  readonly entity: string;
  /** 1 where the rule's own threshold lies; less is not reported. */
  readonly score: number;
  /** Ids of the events that it rests on; as a function where a flood would gather them again and again for an alert that has enough. */
  readonly events: readonly string[] | (() => readonly string[]);
  readonly facts: Readonly<Record<string, Fact>>;
  /** Who and what the alert names where it is not simply the activity's. */
  readonly about?: {
    readonly user?: string | null;
    readonly ip?: string | null;
    readonly device?: string | null;
    readonly session?: string | null;
  };
}

export interface DetectorParts {
  readonly state: DetectState;
  readonly directory: Directory;
  readonly report: (seen: Seen, finding: FindingInput) => void;
}

/** Judges an activity before the baselines learn from it. */
export type Judge = (seen: Seen) => void;
/** A kind of detection: made once, asked for each activity in order of time. */
export type Detector = (parts: DetectorParts) => Judge;
