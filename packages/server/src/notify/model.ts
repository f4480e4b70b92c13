import { type Bilingual, type channelProblem, type NoticeKind, type NoticeSeverity, noticeSeverities } from '@menshen/contract';
import type * as z from 'zod';

/** Something that a person should hear of: what happened, what was done about it, what is asked of them. No secret stands in it. */
export interface NewNotice {
  readonly kind: NoticeKind;
  readonly severity: NoticeSeverity;
  readonly app: string | null;
  /** Notices of one matter share it. */
  readonly matter: string;
  /** For how long it is only counted when it comes again; the configuration's own when absent. */
  readonly foldMinutes?: number;
  readonly title: Bilingual;
  readonly happened: Bilingual;
  readonly done: Bilingual | null;
  readonly asked: Bilingual | null;
  /** Page of the console where the next step is taken. */
  readonly path: string;
}

export interface Notice extends NewNotice {
  readonly id: string;
  /** Epoch ms. */
  readonly created: number;
  /** How often it came, and when last. */
  readonly count: number;
  readonly last: number;
  readonly acknowledged: number | null;
  readonly acknowledgedBy: string | null;
}

export const deliveryStates = ['waiting', 'sending', 'sent', 'failed', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** One notice to one channel. */
export interface Delivery {
  readonly id: string;
  readonly notice: string;
  readonly channel: string;
  readonly reason: 'route' | 'quiet' | 'escalation' | 'test';
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When it is to be tried; while it is being sent, when somebody else may try. Epoch ms. */
  readonly due: number;
  readonly sent: number | null;
  readonly problem: ChannelProblem | null;
}

/** Why a channel did not take a message: a word for the console, never what the other side said. */
export type ChannelProblem = z.output<typeof channelProblem>;

export interface ChannelErrorOptions extends ErrorOptions {
  /** Whether trying again is of no use: the other side has said no for good (RFC 5321 §4.2.1, 5yz). */
  readonly permanent?: boolean;
  /** Whether it is the receiver's mailbox that does not exist or takes nothing any more. */
  readonly bounced?: boolean;
}

export class ChannelError extends Error {
  readonly problem: ChannelProblem;
  readonly permanent: boolean;
  readonly bounced: boolean;
  constructor(problem: ChannelProblem, { permanent = false, bounced = false, ...options }: ChannelErrorOptions = {}) {
    super(`the message was not taken: ${problem}`, options);
    this.name = 'ChannelError';
    this.problem = problem;
    this.permanent = permanent;
    this.bounced = bounced;
  }
}

export const severityRank = (severity: NoticeSeverity): number => noticeSeverities.indexOf(severity);

/** Tries before a delivery is given up; the waits between them double from half a minute to half an hour. */
export const maxAttempts = 8;
export const retryWaitMs = (attempts: number): number => Math.min(1_800_000, 30_000 * 2 ** Math.max(0, attempts - 1));

export type DeliveryOutcome = Pick<Delivery, 'state' | 'due' | 'sent' | 'problem'>;

/** What a try leads to: sent, given up, or one more after a while. `final`: one more is of no use. */
export function outcomeOf(problem: ChannelProblem | null, final: boolean, attempts: number, at: number): DeliveryOutcome {
  if (problem === null) return { state: 'sent', due: at, sent: at, problem };
  if (final || attempts >= maxAttempts) return { state: 'failed', due: at, sent: null, problem };
  return { state: 'waiting', due: at + retryWaitMs(attempts), sent: null, problem };
}

export const problemOf = (error: unknown): ChannelProblem => (error instanceof ChannelError ? error.problem : 'refused');
