import type { DirectorySnapshot } from '../directory/snapshot.ts';
import type { GuardedRequest } from './source.ts';

/** Who asks, what and when, for a rule. */
export interface RuleInput {
  readonly request: GuardedRequest;
  readonly person: string;
  readonly device: string | null;
  readonly directory: DirectoryFacts;
  /** Epoch ms. */
  readonly now: number;
}

/** What of the directory a rule asks. */
export type DirectoryFacts = Pick<DirectorySnapshot, 'person' | 'chain'>;
