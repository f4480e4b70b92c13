import type { AdministratorPower, Bilingual } from '@menshen/contract';
import type { AccountRef } from '../../administrators/model.ts';
import type { ActionName } from './actions/catalogue.ts';
import type { Value } from './expression/model.ts';
import type { Outputs } from './model.ts';

/** Parameters of an action, filled in. */
export type Filled = Readonly<Record<string, Exclude<Value, null> | Bilingual>>;

/** For whom an action is done. */
export interface ActionContext {
  /** The same whenever the step is done again: whoever gets it twice does nothing the second time. */
  readonly key: string;
  readonly run: string;
  readonly playbook: string;
  readonly playbookName: Bilingual;
  readonly step: Bilingual;
  readonly alert: string | null;
  readonly severity: string | null;
  readonly app: string | null;
  readonly person: string | null;
  /** Who asks: the playbook, or the administrator who started it. */
  readonly by: AccountRef;
}

/** It is done, or it waits for a second person under this id. */
export type ActionResult = { readonly outputs: Outputs } | { readonly approval: string };

/** What an action would do, for the test mode. */
export interface ActionPreview {
  /** What would have been stopped of the last hour's requests, and how many of them of people against whom nothing is known; null where it stops none. */
  readonly stops: { readonly requests: number; readonly persons: number; readonly honest: number } | null;
  /** Whether a second person would be asked. */
  readonly approval: boolean;
}

/** Why a step did not work. `again` says whether another try may help. */
export class StepError extends Error {
  readonly problem: string;
  readonly again: boolean;
  constructor(problem: string, again: boolean, options?: ErrorOptions) {
    super(problem, options);
    this.name = 'StepError';
    this.problem = problem;
    this.again = again;
  }
}

export interface Action {
  /** @throws StepError or any other error, after which it is tried again. */
  perform(parameters: Filled, context: ActionContext): Promise<ActionResult>;
  /** Where a request for approval of {@link Action.perform} has come to; with a problem where it was approved and cannot be done. */
  pending?(
    approval: string,
  ): Promise<'pending' | 'refused' | 'expired' | { readonly outputs: Outputs } | { readonly problem: string }>;
  /** Takes back what it did. What has ended by itself is fine. */
  lift?(outputs: Outputs, context: ActionContext): Promise<void>;
  /** Whether it asks for a second person by itself, so that a step's own approval is not asked for as well. */
  asks?(parameters: Filled): boolean;
  /** Has no effect. */
  preview(parameters: Filled): Promise<ActionPreview>;
  /** Stands for its outputs in the test mode. */
  readonly simulated: Outputs;
}

export type Actions = Readonly<Record<ActionName, Action>>;

export interface ApprovalOrder {
  readonly key: string;
  readonly run: string;
  readonly step: string;
  readonly playbook: string;
  readonly text: Bilingual;
  /** What the step would be done with. */
  readonly filled: Filled;
  readonly power: AdministratorPower;
  readonly withinMs: number;
  readonly by: AccountRef;
}

/** How a request stands. */
export interface ApprovalStanding {
  readonly state: 'pending' | 'approved' | 'refused' | 'expired';
  readonly by: string | null;
  /** What was asked for; null where the request is gone. */
  readonly filled: Filled | null;
}

/** Requests that a person must decide; the same order gets the same request. */
export interface ApprovalPort {
  request(order: ApprovalOrder): Promise<string>;
  state(id: string): Promise<ApprovalStanding>;
  /** Takes a request back; one that is decided stays. */
  cancel(id: string, by: AccountRef): Promise<void>;
}
