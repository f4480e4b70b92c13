import type { Block } from '../../documents/model.ts';
import { levelName } from '../duties/words.ts';
import { clocksOf, incidentName } from '../incidents/model.ts';
import { clockName, severityName } from '../incidents/words.ts';
import type { ReportInput } from './model.ts';

/** `2026年11月26日 16:30` by the wall clock of a time zone. */
export function momentIn(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' },
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const of = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
    return `${of('year')}年${of('month')}月${of('day')}日 ${of('hour')}:${of('minute')}`;
  };
}

/** Writes down which fields of a report stand empty, while it is made. */
export interface Blanks {
  /** The value, noted as empty under `label` where it is. */
  fill(label: string, value: string): readonly [string, string];
  readonly empty: readonly string[];
}

export function createBlanks(): Blanks {
  const empty: string[] = [];
  return {
    empty,
    fill(label, value) {
      if (value.trim() === '') empty.push(label);
      return [label, value];
    },
  };
}

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text });
export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });

/** A heading with what people wrote, or a line to write it on. */
export function section(title: string, text: string, blanks: Blanks): Block[] {
  const [, value] = blanks.fill(title, text);
  return [heading(2, title), { kind: 'paragraph', text: value === '' ? '（待补充）' : value }];
}

/** The entity and whom to ask about it. */
export function operatorFacts({ config: { operator } }: ReportInput, blanks: Blanks): Block {
  return {
    kind: 'facts',
    rows: [
      blanks.fill('单位名称', operator.name),
      blanks.fill('统一社会信用代码', operator.creditCode),
      blanks.fill('单位地址', operator.address),
      blanks.fill('联系人', operator.contact.name),
      blanks.fill('联系电话', operator.contact.phone),
      ['电子邮箱', operator.contact.email],
    ],
  };
}

/** What the clocks say; an empty clock is a line to fill in. */
export function clockFacts(input: ReportInput, names: readonly (keyof ReturnType<typeof clocksOf>)[], blanks: Blanks): Block {
  const moment = momentIn(input.config.timeZone);
  const clocks = clocksOf(input.clocks);
  return {
    kind: 'facts',
    rows: names.map((name) => {
      const at = clocks[name];
      return blanks.fill(`${clockName(name).zh}时间`, at === undefined ? '' : moment(at));
    }),
  };
}

/** Who judged what; the words that make it a judgement and no verdict stand with it. */
export function judgementBlocks({ judgements, config }: ReportInput): Block[] {
  const [newest] = judgements;
  if (newest === undefined) return [paragraph('尚未研判。')];
  const moment = momentIn(config.timeZone);
  const { facts } = newest;
  return [
    {
      kind: 'facts',
      rows: [
        ['研判级别', levelName(facts.level).zh],
        ['研判依据', newest.reason],
        ['涉及个人信息', { no: '否', possible: '可能', yes: '是' }[facts.personalInformation]],
        ['涉及人数（估计）', facts.people === null ? '尚不清楚' : String(facts.people)],
        ['直接经济损失（元，估计）', facts.lossYuan === null ? '尚不清楚' : String(facts.lossYuan)],
        ['研判人、时间', `${newest.by}，${moment(newest.at)}`],
      ],
    },
    { kind: 'paragraph', style: 'quiet', text: '以上是依据当时已知事实作出的判断，不是结论；情况变化时重新研判。' },
  ];
}

/** What was done, out of the timeline: measures, playbooks, changes of state. People's own words come first. */
export function measuresText(input: ReportInput): string {
  if (input.paper.measures !== '') return input.paper.measures;
  const moment = momentIn(input.config.timeZone);
  const told = input.timeline.filter(({ kind }) => kind === 'measure' || kind === 'playbook' || kind === 'recovery');
  return told.map(({ at, text }) => `${moment(at)} ${text.zh}`).join('\n');
}

/** Up to which moment the report knows: the newest of what it is made of. */
export function asOf({ timeline, incident, judgements }: ReportInput): number {
  return Math.max(incident.opened, ...timeline.map(({ written }) => written), ...judgements.map(({ at }) => at));
}

export function footerOf(input: ReportInput): string {
  return `${incidentName(input.incident.number)} · 数据截至 ${momentIn(input.config.timeZone)(asOf(input))}`;
}

export const severityOf = ({ incident }: ReportInput): string => severityName(incident.severity).zh;
