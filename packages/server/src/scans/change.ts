import { MenshenError, type ScansConfig } from '@menshen/contract';
import { dueOf } from './merge.ts';
import { type FindingEvent, type StoredFinding, stateAt } from './model.ts';

/** What a person changes; what is absent stays. */
export interface Change {
  readonly state?: 'open' | 'confirmed' | 'false_positive' | 'accepted' | undefined;
  readonly reason?: string | undefined;
  readonly acceptedUntil?: number | undefined;
  readonly owner?: string | null | undefined;
  readonly due?: number | null | undefined;
}

export interface ChangeFacts {
  readonly by: string;
  /** Who agreed to an acceptance; null where nobody has to. */
  readonly approver: string | null;
  readonly now: number;
  readonly dueDays: ScansConfig['dueDays'];
}

/** A finding after a person's change, and what its history says of it. @throws MenshenError `conflict` for the state of one that is fixed */
export function changeFinding(
  finding: StoredFinding,
  change: Change,
  { by, approver, now, dueDays }: ChangeFacts,
): { finding: StoredFinding; events: FindingEvent[] } {
  const events: FindingEvent[] = [];
  const tell = (kind: FindingEvent['kind'], value: string | null, text = ''): void =>
    void events.push({ finding: finding.id, at: now, by, kind, value, version: null, text });
  let changed = finding;
  const { state, reason, acceptedUntil, owner, due } = change;
  if (state !== undefined) {
    // What is gone needs no judgement; it may have gone while the page was open.
    if (finding.state === 'fixed') throw new MenshenError('conflict');
    const was = stateAt(finding, now);
    const accepted = state === 'accepted';
    changed = {
      ...changed,
      state,
      reason: reason ?? null,
      acceptedUntil: accepted ? (acceptedUntil ?? null) : null,
      approver: accepted ? approver : null,
      // What comes back from false or accepted is due anew.
      due: (was === 'false_positive' || was === 'accepted') && !accepted ? dueOf(finding.severity, now, dueDays) : finding.due,
    };
    tell('state', state, [reason ?? '', accepted && approver !== null ? `(${approver})` : ''].filter(Boolean).join(' '));
  }
  if (owner !== undefined && owner !== finding.owner) {
    changed = { ...changed, owner };
    tell('owner', owner);
  }
  if (due !== undefined && due !== finding.due) {
    changed = { ...changed, due };
    tell('due', due === null ? null : String(due));
  }
  return { finding: changed, events };
}
