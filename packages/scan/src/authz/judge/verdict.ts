import type { Confidence, Report, ReportStep } from '../../finding.ts';
import type { Bilingual, Severity } from '../../rule.ts';
import type { Access, Entry } from '../machine/trace.ts';
import type { Place } from '../machine/value.ts';

/** What a judge hands in; one per function, subject and operation, however many ways lead there. */
export interface Verdict {
  readonly rule: string;
  /** Verdicts with the same key are one finding: the first place counts, the others are named. */
  readonly key: string;
  readonly place: Place;
  readonly message: Bilingual;
  readonly steps: readonly ReportStep[];
  readonly evidence?: NonNullable<Report['evidence']>;
  readonly severity?: Severity;
  readonly confidence?: Confidence;
}

export type Collect = (verdict: Verdict) => void;

export function stepAt(place: Place, zh: string, en: string): ReportStep {
  return { file: place.file, start: place.start, end: place.end, label: { zh, en } };
}

/** How an entry point is called, for people. */
export function entryStep(entry: Entry): ReportStep {
  const place = entry.route ?? entry.place;
  const head = { file: place.file, start: place.start, end: Math.min(place.end, place.start + 80) };
  if (entry.framework === 'cloud')
    return stepAt(
      head,
      `任何小程序用户都能调用云函数 ${entry.name}`,
      `Any user of the mini program can call the cloud function ${entry.name}`,
    );
  return stepAt(head, `外部请求从 ${entry.name} 进入`, `A request from outside enters at ${entry.name}`);
}

/** The access, with what narrows it. */
export function accessStep(access: Access): ReportStep {
  const columns = access.conditions.filter((one) => one.narrowing).map((one) => one.column);
  const by = columns.length > 0 ? columns.join(', ') : '';
  const verbs = {
    read: ['读取', 'reads'],
    update: ['更新', 'updates'],
    delete: ['删除', 'deletes'],
    create: ['写入', 'creates'],
    count: ['统计', 'counts'],
  } as const;
  const [zh, en] = verbs[access.operation];
  const table = access.table === '' ? '?' : access.table;
  return stepAt(
    access.wherePlace,
    by === '' ? `${zh} ${table}，没有归属条件` : `${zh} ${table}，条件只有 ${by}`,
    by === '' ? `${en} ${table} with no condition on the owner` : `${en} ${table} by ${by} alone`,
  );
}
