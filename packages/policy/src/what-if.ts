import type { AuthorizationRequest, CompiledPolicies } from './compiled-policies.ts';
import type { Decision } from './decision.ts';
import type { EntitySource } from './entity.ts';
import type { EntityUid } from './entity-ref.ts';

/** A question that was asked before, with the entities as they were. */
export interface RecordedQuestion {
  readonly request: AuthorizationRequest;
  readonly entities: EntitySource;
  /** What the caller knows it by, such as the id of its audit entry; handed back with an example. */
  readonly reference?: string;
}

export interface WhatIfOptions {
  /** Questions shown with each group; 5 if absent. */
  readonly examples?: number;
  /** Groups that are told apart; 1,000 if absent. What belongs to further ones is only counted. */
  readonly groups?: number;
}

/** A question whose answer changes. Names who, what and which, and nothing of attributes or context. */
export interface ChangedDecision {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly reference: string | null;
  /** Policies that decide now, and that would. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Why an answer changes: a policy no longer permits, now forbids or fails, now permits, or no longer forbids or fails. */
export type ChangeCause = 'permit_lost' | 'forbid_added' | 'error_added' | 'permit_added' | 'forbid_removed' | 'error_removed';

/** The questions whose answers change because of one policy. A question with several such policies counts in each of their groups. */
export interface ChangeGroup {
  readonly change: 'allowed_to_refused' | 'refused_to_allowed';
  readonly cause: ChangeCause;
  /** `null` when the entities could not be read. */
  readonly policy: string | null;
  readonly count: number;
  /** The first of them. */
  readonly examples: readonly ChangedDecision[];
}

export interface WhatIfReport {
  readonly questions: number;
  readonly allowedBefore: number;
  readonly allowedAfter: number;
  readonly allowedToRefused: number;
  readonly refusedToAllowed: number;
  /** Answers that stay while the policies behind them are others. */
  readonly otherPolicies: number;
  /** Largest first. */
  readonly groups: readonly ChangeGroup[];
  /** Changes that no group was left for. */
  readonly ungrouped: number;
}

interface Growing {
  readonly change: ChangeGroup['change'];
  readonly cause: ChangeCause;
  readonly policy: string | null;
  count: number;
  readonly examples: ChangedDecision[];
}

type Cause = readonly [cause: ChangeCause, policy: string | null];

function causesOf(cause: ChangeCause, policies: ReadonlyArray<string | null>): Cause[] {
  return [...new Set(policies)].map((policy) => [cause, policy] as const);
}

/** Why what one decision allows is refused by another: its errors count first, as they refuse whatever else matches. */
function refusalCauses(
  allowing: Decision,
  refusing: Decision,
  causes: Record<'error' | 'forbid' | 'permit', ChangeCause>,
): Cause[] {
  if (refusing.errors.length > 0) {
    return causesOf(
      causes.error,
      refusing.errors.map((error) => error.policy),
    );
  }
  if (refusing.determining.length > 0) return causesOf(causes.forbid, refusing.determining);
  return causesOf(causes.permit, allowing.determining);
}

const LOST = { error: 'error_added', forbid: 'forbid_added', permit: 'permit_lost' } as const;
const GAINED = { error: 'error_removed', forbid: 'forbid_removed', permit: 'permit_added' } as const;

function plain({ type, id }: EntityUid): EntityUid {
  return { type, id };
}

/**
 * Compares the answers of two sets of policies to questions that were really asked. Takes them one at a time and keeps counts,
 * and a bounded number of groups and examples, however many questions there are.
 */
export class WhatIf {
  readonly #before: CompiledPolicies;
  readonly #after: CompiledPolicies;
  readonly #maxExamples: number;
  readonly #maxGroups: number;
  readonly #groups = new Map<string, Growing>();
  readonly #counts = {
    questions: 0,
    allowedBefore: 0,
    allowedAfter: 0,
    allowedToRefused: 0,
    refusedToAllowed: 0,
    otherPolicies: 0,
    ungrouped: 0,
  };

  constructor(before: CompiledPolicies, after: CompiledPolicies, { examples = 5, groups = 1_000 }: WhatIfOptions = {}) {
    this.#before = before;
    this.#after = after;
    this.#maxExamples = examples;
    this.#maxGroups = groups;
  }

  /** Asks both. Never throws for an entity source that does: that is a refusal. */
  add({ request, entities, reference }: RecordedQuestion): void {
    const before = this.#before.decideStrict(request, entities);
    const after = this.#after.decideStrict(request, entities);
    const counts = this.#counts;
    counts.questions++;
    if (before.allow) counts.allowedBefore++;
    if (after.allow) counts.allowedAfter++;
    if (before.allow === after.allow) {
      if (before.determining.join('\0') !== after.determining.join('\0')) counts.otherPolicies++;
      return;
    }
    counts[before.allow ? 'allowedToRefused' : 'refusedToAllowed']++;
    const example: ChangedDecision = {
      principal: plain(request.principal),
      action: plain(request.action),
      resource: plain(request.resource),
      reference: reference ?? null,
      before: before.determining,
      after: after.determining,
    };
    if (before.allow) this.#group('allowed_to_refused', refusalCauses(before, after, LOST), example);
    else this.#group('refused_to_allowed', refusalCauses(after, before, GAINED), example);
  }

  #group(change: ChangeGroup['change'], causes: readonly Cause[], example: ChangedDecision): void {
    for (const [cause, policy] of causes) {
      const key = JSON.stringify([change, cause, policy]);
      const group = this.#groups.get(key);
      if (group !== undefined) {
        group.count++;
        if (group.examples.length < this.#maxExamples) group.examples.push(example);
      } else if (this.#groups.size < this.#maxGroups) {
        this.#groups.set(key, { change, cause, policy, count: 1, examples: this.#maxExamples > 0 ? [example] : [] });
      } else {
        this.#counts.ungrouped++;
      }
    }
  }

  /** What was found so far. */
  report(): WhatIfReport {
    const groups = [...this.#groups.values()].map((group) => ({ ...group, examples: [...group.examples] }));
    return { ...this.#counts, groups: groups.sort((a, b) => b.count - a.count) };
  }
}

/** Reports which answers change between two sets of policies; see {@link WhatIf}. */
export function compareDecisions(
  before: CompiledPolicies,
  after: CompiledPolicies,
  questions: Iterable<RecordedQuestion>,
  options: WhatIfOptions = {},
): WhatIfReport {
  const comparison = new WhatIf(before, after, options);
  for (const question of questions) comparison.add(question);
  return comparison.report();
}
