import { type Attention, type Bilingual, inNumber } from '@menshen/contract';
import type { DutyConclusion } from '../duties/assess.ts';
import { mostUrgent } from '../duties/assess.ts';
import type { Incidents } from './incidents.ts';
import { clocksOf, incidentName } from './model.ts';
import type { Standing } from './room.ts';
import { type SlaStage, slaOf } from './sla.ts';

const looked = 200;
const shownEach = 3;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const minuteMs = 60_000;

const stages: Readonly<Record<SlaStage['stage'], Bilingual>> = {
  triage: { zh: '尚未研判', en: 'not triaged' },
  contain: { zh: '尚未遏制', en: 'not contained' },
  recover: { zh: '尚未恢复', en: 'not recovered' },
};

function span(ms: number): Bilingual {
  if (ms >= 2 * dayMs) {
    const days = Math.floor(ms / dayMs);
    return { zh: `${days} 天`, en: `${days} days` };
  }
  const [hours, minutes] = [Math.floor(ms / hourMs), Math.floor((ms % hourMs) / minuteMs)];
  return hours === 0
    ? { zh: `${minutes} 分钟`, en: `${minutes} min` }
    : { zh: `${hours} 小时 ${minutes} 分`, en: `${hours} h ${minutes} min` };
}

/** Incidents that somebody must look at now: legal deadlines first, then what is later than the company's own targets. */
export async function incidentAttention({ service, room, papers, config, clock }: Incidents): Promise<Attention[]> {
  const now = clock();
  const { incidents, open } = await service.list({ show: 'open' }, looked, 0);
  const standing = await room.standing(incidents);
  // A summary is due when an incident has long been closed.
  const closed = await room.standing(await service.lately());
  const duties = [...standing, ...closed].flatMap((one) => dutyItem(one, now));
  const unjudged = standing.flatMap((one) => unjudgedDuty(one));
  const late = standing.flatMap((one) => {
    const sla = slaOf(one.incident, clocksOf(one.clocks), config().sla, now);
    return sla?.overdue === true ? [lateItem(one, sla, now)] : [];
  });
  const found = [...unjudgedItems(unjudged, now), ...mostPressing(duties), ...mostPressing(late)];
  const untouched = incidents.filter(({ state, owner }) => state === 'new' && owner === null);
  const [oldest] = [...untouched].sort((one, other) => one.opened - other.opened);
  if (oldest !== undefined && late.length === 0)
    found.push({
      ...{ id: 'incidents-new', severity: 'medium', since: oldest.opened },
      title: {
        zh: `${untouched.length} 个新事件无人接手`,
        en: inNumber(untouched.length, `${untouched.length} new incident[s] [has|have] no owner`),
      },
      detail: { zh: `共 ${open} 个未结束的事件。`, en: inNumber(open, `${open} incident[s] [is|are] open.`) },
      action: { to: '/incidents', label: { zh: '查看事件', en: 'Open the incidents' } },
    });
  const actions = (await papers.actions(null)).filter(({ due }) => due < now);
  const [first] = actions;
  if (first !== undefined)
    found.push({
      ...{ id: 'incident-actions', severity: 'medium', since: first.due },
      title: {
        zh: `${actions.length} 个复盘改进项已过期`,
        en: inNumber(actions.length, `${actions.length} action item[s] of incidents [is|are] overdue`),
      },
      detail: { zh: `最早的一项由 ${first.owner} 负责。`, en: `The oldest is with ${first.owner}.` },
      action: { to: `/incidents/${first.incident}`, label: { zh: '查看改进项', en: 'See the action items' } },
    });
  return found;
}

const rank: Readonly<Record<string, number>> = { critical: 0, high: 1, medium: 2, low: 3 };
const mostPressing = (items: readonly Attention[]): Attention[] =>
  [...items]
    .sort((one, other) => (rank[one.severity] ?? 4) - (rank[other.severity] ?? 4) || one.since - other.since)
    .slice(0, shownEach);

interface Unjudged {
  readonly incident: Standing['incident'];
  readonly duty: DutyConclusion;
}

/** What nobody has judged warns where it is grave; a light incident would drown the others. */
function unjudgedDuty({ incident, duties }: Standing): Unjudged[] {
  const duty = mostUrgent(duties);
  const grave = incident.severity === 'critical' || incident.severity === 'high';
  return duty?.state === 'undecided' && grave ? [{ incident, duty }] : [];
}

/** One item for all that is to be judged: each says the same, and would push out what else is pressing. */
function unjudgedItems(unjudged: readonly Unjudged[], now: number): Attention[] {
  const sorted = [...unjudged].sort((one, other) => (one.duty.due ?? now) - (other.duty.due ?? now));
  const [first, second] = sorted;
  if (first === undefined) return [];
  const { incident, duty } = first;
  const over = isOver(duty, now);
  const worst = sorted.some((one) => one.incident.severity === 'critical') ? 'critical' : 'high';
  const label = { zh: '去研判', en: 'Judge it' };
  if (second === undefined)
    return [
      {
        ...{ id: `incident-duty-${incident.id}-${duty.rule.id}${over ? '-over' : ''}`, severity: worst },
        title: titleOf({ zh: incidentName(incident.number), en: incidentName(incident.number) }, duty, now),
        detail: {
          zh: `${incident.title.zh}。请研判是否需要上报。这是判断，不是结论。`,
          en: `${incident.title.en}. Judge whether it has to be reported: a judgement, not a verdict.`,
        },
        since: duty.started ?? incident.opened,
        action: { to: `/incidents/${incident.id}`, label },
      },
    ];
  const named = [...sorted]
    .sort((one, other) => (rank[one.incident.severity] ?? 4) - (rank[other.incident.severity] ?? 4))
    .slice(0, shownEach);
  const list = (language: 'zh' | 'en'): string =>
    named
      .map((one) => `${incidentName(one.incident.number)} ${one.incident.title[language]}`)
      .join(language === 'zh' ? '；' : '; ');
  const rest = sorted.length - named.length;
  return [
    {
      // People hear of it anew when another incident comes or a deadline passes.
      ...{
        id: `incident-duties-${Math.max(...sorted.map((one) => one.incident.number))}${over ? '-over' : ''}`,
        severity: worst,
      },
      title: titleOf({ zh: `${sorted.length} 个事件`, en: `${sorted.length} incidents` }, duty, now, true),
      detail: {
        zh: `${list('zh')}${rest > 0 ? `，另有 ${rest} 个` : ''}。请研判是否需要上报。`,
        en: `${list('en')}${rest > 0 ? `, and ${rest} more` : ''}. Judge whether they have to be reported.`,
      },
      since: Math.min(...sorted.map((one) => one.duty.started ?? one.incident.opened)),
      action: { to: '/incidents', label },
    },
  ];
}

const isOver = ({ due }: DutyConclusion, now: number): boolean => due !== null && now > due;

function dutyItem({ incident, duties }: Standing, now: number): Attention[] {
  const urgent = mostUrgent(duties);
  if (urgent === null || urgent.state === 'undecided') return [];
  const name = incidentName(incident.number);
  return [
    {
      // What is over is another matter than what runs: people hear of it anew.
      ...{
        id: `incident-duty-${incident.id}-${urgent.rule.id}${isOver(urgent, now) ? '-over' : ''}`,
        severity: pressing(urgent.due, now),
      },
      title: titleOf({ zh: name, en: name }, urgent, now),
      detail: { zh: `${incident.title.zh}：${urgent.rule.title.zh}`, en: `${incident.title.en}: ${urgent.rule.title.en}` },
      since: urgent.started ?? incident.opened,
      action: { to: `/incidents/${incident.id}`, label: { zh: '去上报', en: 'Report it' } },
    },
  ];
}

/** A month is no reason to wake anybody; hours are. What gets worse is told again. */
function pressing(due: number | null, now: number): Attention['severity'] {
  if (due === null || due - now <= 4 * hourMs) return 'critical';
  return due - now <= 3 * dayMs ? 'high' : 'medium';
}

/** Between a name in Latin letters and Chinese stands a space. */
const spaced = (name: string): string => (/[\x21-\x7e]$/.test(name) ? `${name} ` : name);

function titleOf(name: Bilingual, { due, state }: DutyConclusion, now: number, several = false): Bilingual {
  if (due === null) return { zh: `${spaced(name.zh)}应立即报告或通知`, en: `${name.en} is to be reported or told at once` };
  const rest = span(Math.abs(due - now));
  const over = now > due;
  if (state === 'undecided') {
    const have = several ? 'have' : 'has';
    return over
      ? {
          zh: `${spaced(name.zh)}未研判，最短上报时限已过 ${rest.zh}`,
          en: `${name.en} ${have} not been judged; the shortest deadline passed ${rest.en} ago`,
        }
      : {
          zh: `${spaced(name.zh)}未研判，最短上报时限还剩 ${rest.zh}`,
          en: `${name.en} ${have} not been judged; the shortest deadline ends in ${rest.en}`,
        };
  }
  return over
    ? { zh: `${spaced(name.zh)}法定上报已超时 ${rest.zh}`, en: `${name.en}: the legal deadline passed ${rest.en} ago` }
    : { zh: `${spaced(name.zh)}法定上报还剩 ${rest.zh}`, en: `${name.en}: the legal deadline ends in ${rest.en}` };
}

function lateItem({ incident }: Standing, { stage, due }: SlaStage, now: number): Attention {
  const name = incidentName(incident.number);
  const rest = span(now - due);
  return {
    ...{
      id: `incident-late-${incident.id}-${stage}`,
      severity: incident.severity === 'low' ? 'medium' : incident.severity,
      since: due,
    },
    title: { zh: `${name} ${stages[stage].zh}，已超时 ${rest.zh}`, en: `${name} is ${stages[stage].en}, ${rest.en} late` },
    detail: incident.title,
    action: { to: `/incidents/${incident.id}`, label: { zh: '打开事件', en: 'Open the incident' } },
  };
}
