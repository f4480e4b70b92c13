import type { FindingDetail, FindingView, ScanView } from '@menshen/contract';
import { explanationOf } from './explain.ts';
import { type FindingEvent, isActive, type StoredFinding, stateAt } from './model.ts';
import type { StoredScan } from './store.ts';

const shownProblems = 50;

export function findingView(finding: StoredFinding, now: number): FindingView {
  const { content, fingerprint: _fingerprint, weight: _weight, ...rest } = finding;
  const state = stateAt(finding, now);
  return {
    ...rest,
    state,
    title: content.title,
    message: content.message,
    cwe: content.cwe,
    overdue: finding.suppression === null && isActive(state) && finding.due !== null && finding.due <= now,
    steps: content.steps,
  };
}

export function findingDetail(finding: StoredFinding, history: readonly FindingEvent[], now: number): FindingDetail {
  const { excerpt, evidence, exchange } = finding.content;
  return {
    ...findingView(finding, now),
    ...{ excerpt, evidence, exchange, explanation: explanationOf(finding) },
    history: history.map(({ at, by, kind, value, version, text }) => ({ at, by, kind, value, version, text })),
  };
}

export const scanView = ({ problems, ...scan }: StoredScan): ScanView => ({
  ...scan,
  problems: problems.slice(0, shownProblems),
});
