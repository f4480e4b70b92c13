import type { Alert, Directory } from '../model.ts';

/** Where an administrator set a rule's threshold, or except somebody from it. */
export interface Tuning {
  readonly id: string;
  readonly rule: string;
  /** Multiplies the threshold; null for an exception. */
  readonly factor: number | null;
  /** Whom or what the exception is for, by its kind. Null with a threshold. */
  readonly subject: { readonly kind: 'user' | 'ip' | 'device'; readonly value: string } | null;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface WatcherStart {
  /** Folder of the audit log. */
  readonly directory: string;
  /** File of the snapshot of what was learned. */
  readonly snapshot: string;
  /** List of places by address that the configuration names; null for the one that ships. */
  readonly places: string | null;
  /** Folder of Sigma rules. */
  readonly rules: string;
  /** Where nodes share the windows of correlations, and this node's name among them; null where there is only this one. */
  readonly shared: { readonly url: string; readonly prefix: string; readonly node: string } | null;
}

/** How the rules of the folder stand. */
export interface RuleStanding {
  /** Rules and correlations that can match. */
  readonly usable: number;
  /** Files and documents that cannot be read, parsed or compiled. */
  readonly refused: number;
  /** Uids that rules name, as they are written there. */
  readonly people: readonly string[];
  /** Rules that ask for a part of a uid: of a person who stands in the log under a pseudonym they see nothing. */
  readonly partly: readonly string[];
}

/** To the thread. */
export type WatcherTask =
  | {
      readonly kind: 'context';
      readonly directory: Directory;
      readonly tunings: readonly Tuning[];
      /** Pseudonym → uid, of those whom rules name and of nobody else. */
      readonly names: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'published'; readonly size: number }
  /** All alerts that were told up to this entry are in the store. */
  | { readonly kind: 'stored'; readonly position: number }
  | { readonly kind: 'stop' };

/** An alert with its name for good: the same events make the same id. */
export interface NamedAlert extends Alert {
  readonly id: string;
}

/** From the thread. */
export interface WatcherNews {
  readonly alerts: readonly NamedAlert[];
  /** Entries of the log that were taken. */
  readonly position: number;
}
