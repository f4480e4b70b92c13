import {
  bilingual,
  excerptLine,
  type FindingSeverity,
  type FindingState,
  findingPlace,
  findingSeverities,
  findingStep,
} from '@menshen/contract';
import * as z from 'zod';

/** What a finding shows beside its row: kept as JSON. */
export const findingContent = z.object({
  title: bilingual,
  message: bilingual,
  cwe: z.array(z.number()),
  excerpt: z.array(excerptLine),
  steps: z.array(findingStep),
  evidence: z.object({ text: bilingual, places: z.array(findingPlace) }).nullable(),
  /** What the probe sent and got, a line each; no token and no body stands in it. */
  exchange: z.array(z.string()),
  /** How a tool that is not ours explains its rule. */
  help: bilingual.nullable(),
});
export type FindingContent = z.output<typeof findingContent>;

/** A finding as a report tells it. */
export interface ReportedFinding {
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: FindingSeverity;
  readonly confidence: 'high' | 'medium' | 'low';
  /** For the order of what matters: higher first. */
  readonly weight: number;
  readonly file: string | null;
  readonly line: number | null;
  readonly route: string | null;
  /** Reason of a comment in the source that suppresses it. */
  readonly suppression: string | null;
  readonly content: FindingContent;
}

/** What a report says, whatever its format. */
export interface ScanReport {
  readonly tool: string;
  readonly toolVersion: string | null;
  readonly findings: readonly ReportedFinding[];
  /** Whether the whole project was looked at: only then is what is not there gone. */
  readonly complete: boolean;
  /** Files that were not read, or only in part: what was found in them before is not gone. */
  readonly unread: ReadonlySet<string>;
  /** Rules that were not looked for: what they found before is not gone. */
  readonly untried: ReadonlySet<string>;
  readonly problems: readonly { readonly file: string; readonly message: { readonly zh: string; readonly en: string } }[];
}

export interface StoredFinding extends Omit<ReportedFinding, 'suppression'> {
  readonly id: string;
  readonly app: string;
  readonly project: string;
  readonly tool: string;
  readonly suppression: string | null;
  readonly state: FindingState;
  readonly owner: string | null;
  /** Epoch ms. */
  readonly due: number | null;
  readonly reason: string | null;
  readonly acceptedUntil: number | null;
  readonly approver: string | null;
  readonly firstSeen: number;
  readonly firstVersion: string | null;
  readonly lastSeen: number;
  readonly lastVersion: string | null;
  readonly fixedAt: number | null;
}

export interface FindingEvent {
  readonly finding: string;
  readonly at: number;
  readonly by: string;
  readonly kind: 'found' | 'fixed' | 'reopened' | 'state' | 'owner' | 'due' | 'comment' | 'expired';
  readonly value: string | null;
  readonly version: string | null;
  readonly text: string;
}

/** 4 critical … 0 info. */
export const rankOf = (severity: FindingSeverity): number => findingSeverities.length - 1 - findingSeverities.indexOf(severity);

/** The state that holds now: an acceptance that has ended is none, also before the sweep has said so. */
export const stateAt = ({ state, acceptedUntil }: Pick<StoredFinding, 'state' | 'acceptedUntil'>, now: number): FindingState =>
  state === 'accepted' && acceptedUntil !== null && acceptedUntil <= now ? 'reopened' : state;

export const isActive = (state: FindingState): boolean => state === 'open' || state === 'confirmed' || state === 'reopened';
