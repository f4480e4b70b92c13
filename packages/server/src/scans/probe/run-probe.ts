import { horizontal, unauthenticated, vertical } from './checks/access.ts';
import { massAssignment } from './checks/assignment.ts';
import { cors, rateLimit, securityHeaders, transport } from './checks/host.ts';
import { reflectedScript, sqlError, verboseErrors } from './checks/input.ts';
import { type Check, createContext, type ProbeParts } from './context.ts';
import { type ProbeFinding, ProbeRefused } from './model.ts';
import { type ProbeRuleId, probeRuleIds } from './rules.ts';
import type { TlsFacts } from './tls.ts';

export interface ProbeResult {
  /** Each once, by rule and route. */
  readonly findings: readonly ProbeFinding[];
  /** What was not looked for, and why. */
  readonly untried: readonly { readonly rule: ProbeRuleId; readonly why: { readonly zh: string; readonly en: string } }[];
  /** False when the requests ran out before everything was looked at. */
  readonly complete: boolean;
}

export interface ProbeRun extends ProbeParts {
  readonly tls: TlsFacts | null;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Runs every check that can be run. @throws ProbeUnreachable */
export async function runProbe({ tls, onProgress, ...parts }: ProbeRun): Promise<ProbeResult> {
  const context = createContext(parts);
  const untried = untriedOf(parts, tls);
  const skipped = new Set<ProbeRuleId>(untried.map(({ rule }) => rule));
  const findings: ProbeFinding[] = [];
  const wanted = checks(tls).filter(([rule]) => !skipped.has(rule));
  for (const [index, [, check]] of wanted.entries()) {
    onProgress?.(index, wanted.length);
    try {
      findings.push(...(await check(context)));
    } catch (error) {
      if (!(error instanceof ProbeRefused) || error.reason !== 'budget') throw error;
      const why = { zh: '请求次数用尽', en: 'no requests were left' };
      return { findings, untried: [...untried, ...wanted.slice(index).map(([rule]) => ({ rule, why }))], complete: false };
    }
  }
  onProgress?.(wanted.length, wanted.length);
  return { findings, untried, complete: true };
}

/** In this order: what writes and what presses come last, and errors are gathered from all that was answered before. */
const checks = (tls: TlsFacts | null): readonly (readonly [ProbeRuleId, Check])[] => [
  ['MP-PRB-010', transport(tls)],
  ['MP-PRB-001', unauthenticated],
  ['MP-PRB-002', horizontal],
  ['MP-PRB-003', vertical],
  ['MP-PRB-009', securityHeaders],
  ['MP-PRB-011', cors],
  ['MP-PRB-006', reflectedScript],
  ['MP-PRB-007', sqlError],
  ['MP-PRB-004', massAssignment],
  ['MP-PRB-008', verboseErrors],
  ['MP-PRB-005', rateLimit],
];

function untriedOf({ accounts, allowWrites, burst }: ProbeParts, tls: TlsFacts | null): ProbeResult['untried'] {
  const found: ProbeResult['untried'][number][] = [];
  const say = (rule: ProbeRuleId, zh: string, en: string): void => void found.push({ rule, why: { zh, en } });
  if (accounts.a === null || accounts.b === null) say('MP-PRB-002', '没有给出两个测试账号', 'two test accounts were not given');
  if (accounts.a === null) say('MP-PRB-003', '没有给出测试账号', 'no test account was given');
  if (!allowWrites) say('MP-PRB-004', '需要写入，未加 --allow-writes', 'it writes, and --allow-writes was not given');
  else if (accounts.a === null) say('MP-PRB-004', '没有给出测试账号', 'no test account was given');
  if (burst === 0) say('MP-PRB-005', '以 --burst 0 关闭', 'turned off by --burst 0');
  if (tls === null) say('MP-PRB-010', '目标在本机，不检查传输', 'the target is on this machine');
  return found.filter(({ rule }) => probeRuleIds.includes(rule));
}
