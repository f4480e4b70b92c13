import type { FindingSeverity, ScansConfig } from '@menshen/contract';
import { type FindingEvent, isActive, type ScanReport, type StoredFinding, stateAt } from './model.ts';

const dayMs = 86_400_000;

export interface MergeParts {
  readonly app: string;
  readonly project: string;
  readonly version: string | null;
  readonly by: string;
  readonly now: number;
  readonly dueDays: ScansConfig['dueDays'];
  readonly makeId: () => string;
}

export interface Merged {
  readonly added: readonly StoredFinding[];
  /** Rows whose place, texts or state have changed. */
  readonly changed: readonly StoredFinding[];
  /** Ids of rows that are only seen again. */
  readonly same: readonly string[];
  readonly events: readonly FindingEvent[];
  /** Ids of all that the report holds. */
  readonly seen: readonly string[];
  readonly fresh: readonly StoredFinding[];
  readonly reopened: readonly StoredFinding[];
  readonly fixed: number;
  readonly suppressed: number;
}

/** When a finding is due that is seen for the first time at `now`; null for what is only information. */
export const dueOf = (severity: FindingSeverity, now: number, dueDays: ScansConfig['dueDays']): number | null =>
  severity === 'info' ? null : now + dueDays[severity] * dayMs;

/**
 * Lays a report over what is known of the same app, project and tool. What people said stands; the report only says what is there. A finding that is
 * not there is fixed if the report is whole and its file was read; a false positive stays one either way.
 */
export function mergeReport(known: readonly StoredFinding[], report: ScanReport, parts: MergeParts): Merged {
  const { app, project, version, by, now, dueDays } = parts;
  const before = new Map(known.map((finding) => [finding.fingerprint, finding]));
  const added: StoredFinding[] = [];
  const changed: StoredFinding[] = [];
  const same: string[] = [];
  const events: FindingEvent[] = [];
  const seen: string[] = [];
  const reopened: StoredFinding[] = [];
  const tell = (finding: string, kind: FindingEvent['kind'], value: string | null): void =>
    void events.push({ finding, at: now, by, kind, value, version, text: '' });

  for (const found of report.findings) {
    const old = before.get(found.fingerprint);
    before.delete(found.fingerprint);
    if (old === undefined) {
      const fresh: StoredFinding = {
        ...found,
        ...{ id: parts.makeId(), app, project, tool: report.tool, state: 'open', owner: null },
        due: dueOf(found.severity, now, dueDays),
        ...{ reason: null, acceptedUntil: null, approver: null, fixedAt: null },
        ...{ firstSeen: now, firstVersion: version, lastSeen: now, lastVersion: version },
      };
      added.push(fresh);
      seen.push(fresh.id);
      tell(fresh.id, 'found', found.severity);
      continue;
    }
    seen.push(old.id);
    const back = old.state === 'fixed';
    const now_: StoredFinding = {
      ...old,
      ...found,
      ...{ lastSeen: now, lastVersion: version },
      ...(back ? { state: 'reopened' as const, fixedAt: null, due: dueOf(found.severity, now, dueDays) } : {}),
    };
    if (back) {
      reopened.push(now_);
      tell(old.id, 'reopened', null);
    }
    if (back || differs(old, found)) changed.push(now_);
    else same.push(old.id);
  }

  let fixed = 0;
  if (report.complete)
    for (const old of before.values()) {
      const open = isActive(stateAt(old, now)) || old.state === 'accepted';
      if (!open || report.untried.has(old.rule) || (old.file !== null && report.unread.has(old.file))) continue;
      fixed += 1;
      changed.push({ ...old, state: 'fixed', fixedAt: now, acceptedUntil: null, approver: null, suppression: null });
      tell(old.id, 'fixed', null);
    }
  const suppressed = report.findings.filter(({ suppression }) => suppression !== null).length;
  return { added, changed, same, events, seen, fresh: added, reopened, fixed, suppressed };
}

/** Whether the report tells anything of a finding that its row does not hold. */
function differs(old: StoredFinding, found: ScanReport['findings'][number]): boolean {
  return (
    old.severity !== found.severity ||
    old.confidence !== found.confidence ||
    old.weight !== found.weight ||
    old.file !== found.file ||
    old.line !== found.line ||
    old.route !== found.route ||
    old.suppression !== found.suppression ||
    JSON.stringify(old.content) !== JSON.stringify(found.content)
  );
}
