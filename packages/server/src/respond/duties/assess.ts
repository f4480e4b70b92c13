import type { Bilingual, DutyState, IncidentsConfig, JudgementFacts } from '@menshen/contract';
import type { Clocks } from '../incidents/model.ts';
import { type DutyRule, dutyRules } from './rules.ts';
import { levelRank } from './thresholds.ts';

/** That a duty was done. */
export interface DutyMark {
  readonly rule: string;
  readonly at: number;
  readonly by: string;
  readonly to: string;
  readonly reference: string;
  readonly note: string;
}

export interface DutyConclusion {
  readonly rule: DutyRule;
  readonly state: DutyState;
  readonly because: Bilingual;
  readonly started: number | null;
  readonly due: number | null;
  readonly done: readonly DutyMark[];
}

export interface DutyInput {
  /** The newest judgement; null while nobody has judged. */
  readonly facts: JudgementFacts | null;
  readonly clocks: Clocks;
  /** When the incident was opened: the last resort of clocks. */
  readonly opened: number;
  readonly marks: readonly DutyMark[];
  readonly config: Pick<IncidentsConfig, 'dutiesFrom' | 'operator'>;
  readonly now: number;
}

type Answer = { readonly applies: 'yes' | 'no' | 'open'; readonly because: Bilingual };

const minuteMs = 60_000;
const yes = (zh: string, en: string): Answer => ({ applies: 'yes', because: { zh, en } });
const no = (zh: string, en: string): Answer => ({ applies: 'no', because: { zh, en } });
const open = (zh: string, en: string): Answer => ({ applies: 'open', because: { zh, en } });

/** What follows for every rule from what somebody judged, and how much time is left. Pure; a judgement's consequence, not a verdict. */
export function assessDuties(input: DutyInput): DutyConclusion[] {
  const first = (['report_cii', 'report_organ', 'report_other'] as const).filter((id) => answerOf(id, input).applies === 'yes');
  return dutyRules.map((rule) => conclude(rule, input, first));
}

function conclude(rule: DutyRule, input: DutyInput, first: readonly string[]): DutyConclusion {
  const { clocks, marks, config, now, opened } = input;
  const done = marks.filter((mark) => mark.rule === rule.id).sort((one, other) => one.at - other.at);
  const reported = marks.filter((mark) => first.includes(mark.rule)).map(({ at }) => at);
  const started = {
    known: knownAt(clocks, opened, config.dutiesFrom),
    recovered: clocks.recovered ?? null,
    reported: reported.length === 0 ? null : Math.min(...reported),
  }[rule.starts];
  const answer = answerOf(rule.id, input, first.length > 0);
  const { applies, because } = inForce(rule, clocks.detected ?? opened)
    ? answer
    : no('该规定当时尚未施行', 'The rule was not in force then');
  const due = started === null || rule.deadlineMinutes === null ? null : started + rule.deadlineMinutes * minuteMs;
  const base = { rule, because, started, due, done };
  if (applies === 'no') return { ...base, state: 'not_applicable', due: null };
  const [earliest] = done;
  if (earliest !== undefined) return { ...base, state: due !== null && earliest.at > due ? 'done_late' : 'done' };
  if (applies === 'open') return { ...base, state: 'undecided' };
  if (started === null) return { ...base, state: 'waiting' };
  if (due === null) return { ...base, state: 'at_once' };
  return { ...base, state: now > due ? 'overdue' : 'running' };
}

/** When the duty to report began: when a person knew, or, read cautiously, when a machine or a person did, whichever was first. */
function knownAt({ detected, aware }: Clocks, opened: number, from: IncidentsConfig['dutiesFrom']): number {
  if (from === 'aware' && aware !== undefined) return aware;
  return Math.min(detected ?? opened, aware ?? Number.POSITIVE_INFINITY);
}

/** Dates of rules are those of China. */
const inForce = ({ effective }: DutyRule, at: number): boolean => at >= Date.parse(`${effective}T00:00:00+08:00`);

function answerOf(id: DutyRule['id'], { facts, config }: DutyInput, reported = false): Answer {
  switch (id) {
    case 'report_cii':
    case 'report_organ':
    case 'report_other': {
      const kind = { report_cii: 'cii', report_organ: 'state_organ', report_other: 'other' } as const;
      const { kinds } = config.operator;
      if (!kinds.includes(kind[id])) return no('运营者不属于这一类', 'The operator is not of this kind');
      if (facts === null || facts.level === 'undetermined')
        return open('尚未研判级别，先按最短时限计时', 'The level has not been judged; the time runs meanwhile');
      return levelRank(facts.level) >= levelRank('considerable')
        ? yes('研判为较大及以上', 'Judged as considerable or above')
        : no('研判低于较大', 'Judged as less than considerable');
    }
    case 'report_supplement':
    case 'report_summary':
      if (facts === null || facts.level === 'undetermined') return open('尚未研判级别', 'The level has not been judged');
      return reported
        ? yes('属于应当报告的事件', 'The incident has to be reported')
        : no('不属于应当报告的事件', 'The incident need not be reported');
    case 'pipl_authority':
    case 'pipl_persons':
      if (facts === null) return open('尚未研判是否涉及个人信息', 'Nobody has judged whether personal information is concerned');
      if (facts.personalInformation === 'no') return no('研判不涉及个人信息', 'Judged not to concern personal information');
      if (id === 'pipl_persons' && facts.harmAvoided)
        return no(
          '研判措施已有效避免危害，可以不通知个人',
          'Judged that measures effectively avoided harm: persons may be left out',
        );
      return facts.personalInformation === 'yes'
        ? yes('涉及个人信息', 'Personal information is concerned')
        : yes('可能涉及个人信息，同样适用', 'Personal information is possibly concerned, which is enough');
    case 'network_data':
      if (facts === null) return open('尚未研判是否涉及网络数据', 'Nobody has judged whether network data is concerned');
      if (facts.networkData === 'no') return no('研判不涉及网络数据', 'Judged not to concern network data');
      if (facts.networkData === 'possible') return open('可能涉及，查清后再定', 'Possibly; to be decided when it is known');
      return yes('涉及网络数据；确有危害的应告知', 'Network data is concerned; whoever is harmed is to be told');
    case 'data_flaw':
      if (facts === null)
        return open(
          '尚未研判是否涉及国家安全、公共利益',
          'Nobody has judged whether national security or the public interest is touched',
        );
      if (facts.nationalSecurity === 'no') return no('研判不涉及', 'Judged not to');
      if (facts.nationalSecurity === 'possible') return open('可能涉及，先按时限计时', 'Possibly; the time runs meanwhile');
      return yes('涉及国家安全或公共利益', 'National security or the public interest is touched');
  }
}

/** How pressing a conclusion is: overdue, then by what ends first, then what is to be done at once, then what nobody has decided. */
export function mostUrgent(conclusions: readonly DutyConclusion[]): DutyConclusion | null {
  const waiting = conclusions.filter(
    ({ state, due }) =>
      state === 'overdue' || state === 'running' || state === 'at_once' || (state === 'undecided' && due !== null),
  );
  const weight = ({ state }: DutyConclusion): number =>
    state === 'overdue' || state === 'running' ? 0 : state === 'at_once' ? 1 : 2;
  const end = ({ due, started }: DutyConclusion): number => due ?? started ?? Number.POSITIVE_INFINITY;
  return [...waiting].sort((one, other) => weight(one) - weight(other) || end(one) - end(other))[0] ?? null;
}
