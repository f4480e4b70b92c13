import {
  type FileAction,
  type FileFinding,
  type FileFindingKind,
  fileFeatures,
  filePosition,
  notedPoints,
  refusingPoints,
} from '@menshen/inspect';
import { pathName } from './field-name.ts';
import type { FoundThreat } from './model.ts';

/** What is done about the kinds of findings; what is absent is done as the finding's own facts say. */
export type FileActions = Partial<Readonly<Record<FileFindingKind, FileAction>>>;

const maxEvidence = 200;

/**
 * The findings of one file as threats of its field: those that refuse it, and those that are only told. Points follow the route's setting: what
 * refuses reaches any threshold, unless an exception or points set by hand say otherwise. Evidence says where a finding stands (`@` byte, `#` entry of
 * an archive), and nothing of what is there.
 */
export function fileThreats(
  findings: readonly FileFinding[],
  {
    field,
    actions,
    renamed,
    threshold,
  }: { readonly field: string | null; readonly actions: FileActions; readonly renamed: boolean; readonly threshold: number },
): readonly FoundThreat[] {
  const refusing: FileFinding[] = [];
  const noted: FileFinding[] = [];
  for (const finding of findings) {
    const feature = fileFeatures[finding.rule];
    if (feature === undefined) continue;
    const ownName = feature.kind === 'name' && finding.entries.length === 0;
    const action = actions[feature.kind] ?? (ownName && renamed ? 'note' : feature.action);
    if (action === 'refuse') refusing.push(finding);
    else if (action === 'note') noted.push(finding);
  }
  const name = field === null ? '' : pathName([field]);
  return [...threat(refusing, name, Math.max(refusingPoints, threshold)), ...threat(noted, name, notedPoints)];
}

function threat(findings: readonly FileFinding[], name: string, points: number): readonly FoundThreat[] {
  if (findings.length === 0) return [];
  return [
    {
      class: 'upload',
      place: 'file',
      name,
      layers: Math.max(...findings.map(({ entries }) => entries.length)),
      evidence: evidence(findings),
      features: findings.map(({ rule }) => ({ rule, points })),
    },
  ];
}

function evidence(findings: readonly FileFinding[]): string {
  const places = findings.map((finding) => {
    const position = filePosition(finding);
    return `${finding.rule.slice(finding.rule.indexOf('.') + 1)}${position === '' ? '' : ` ${position}`}`;
  });
  const text = places.join(' · ');
  return text.length > maxEvidence ? `${text.slice(0, maxEvidence - 1)}…` : text;
}
