import { setTimeout as sleep } from 'node:timers/promises';
import { type Bilingual, type Measured, type MeasureView, measureId, measureLine, reopeningPlan } from '@menshen/contract';
import { durationMs } from '../respond/playbooks/duration.ts';
import {
  type Command,
  type CommandInput,
  type ExitCode,
  neededOption,
  type Terminal,
  textOption,
  UsageError,
} from './command.ts';
import { callServer, printRefusal, serverHelp, serverOptions } from './control-plane.ts';

const pollMs = 2_000;
const measuresPath = '/api/v1/containment/measures';

export const containmentList: Command = {
  name: 'containment list',
  usage: '[--incident ID] [--all]',
  summary: { zh: '列出生效中的遏制措施与分步恢复的进度', en: 'List the measures in force, and how far each is reopened' },
  options: { ...serverOptions, incident: { type: 'string' }, all: { type: 'boolean' } },
  optionHelp: {
    ...serverHelp('reopen (or audit:read)'),
    incident: { zh: '只列出这个事件的', en: 'those of this incident alone' },
    all: { zh: '也列出已结束的', en: 'also those that have ended' },
  },
  examples: ['menshen containment list', 'menshen containment list --incident INC-ID --all --json'],
  async run({ values, terminal }) {
    const query = new URLSearchParams({ show: values['all'] === true ? 'all' : 'active' });
    const incident = textOption(values, 'incident');
    if (incident !== undefined) query.set('incident', incident);
    const answer = await callServer(values, `${measuresPath}?${query}`);
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const { measures } = answer.body as { readonly measures: readonly MeasureView[] };
    if (values['json'] === true) terminal.out(JSON.stringify({ measures }));
    else if (measures.length === 0) terminal.out(terminal.language === 'zh' ? '没有生效中的措施' : 'No measure is in force');
    else for (const measure of measures) terminal.out(`${measure.id}  ${standing(measure, terminal)}`);
    return 0;
  },
};

export const containmentReopen: Command = {
  name: 'containment reopen',
  usage:
    'MEASURE [--steps 5,25,100] [--hold 10m] [--manual] [--errors N] [--refused N] [--min-requests N] --reason TEXT [--wait]',
  summary: {
    zh: '按比例分步恢复一项措施，出现异常自动收回',
    en: 'Take a measure back by shares of persons, under a watch that closes it again',
  },
  options: {
    ...serverOptions,
    steps: { type: 'string' },
    hold: { type: 'string' },
    manual: { type: 'boolean' },
    errors: { type: 'string' },
    refused: { type: 'string' },
    'min-requests': { type: 'string' },
    reason: { type: 'string' },
    wait: { type: 'boolean' },
  },
  optionHelp: {
    ...serverHelp('reopen'),
    steps: { zh: '放行比例，依次递增到 100（默认 5,25,100）', en: 'shares in percent, rising to 100 (5,25,100 by default)' },
    hold: {
      zh: '每一步观察多久，如 90s、10m、1h（默认 10m）',
      en: 'how long each step is watched: 90s, 10m, 1h (10m by default)',
    },
    manual: { zh: '每一步由人推进', en: 'no step follows by itself' },
    errors: { zh: '出错上限，百分比（默认 5）', en: 'limit of errors in percent (5 by default)' },
    refused: { zh: '被拒绝上限，百分比（默认 20）', en: 'limit of refusals in percent (20 by default)' },
    'min-requests': { zh: '少于这么多请求不下结论（默认 20）', en: 'with fewer requests nothing is concluded (20 by default)' },
    reason: { zh: '理由，写入日志', en: 'why; stands in the log' },
    wait: { zh: '等到完成（0）、收回或暂停（1）', en: 'wait until it is complete (exit 0), closed or paused (exit 1)' },
  },
  examples: [
    'menshen containment reopen m_AAAAAAAAAAAAAAAA --steps 5,25,100 --hold 10m --reason "2.4.1 is out" --url https://menshen.example.com',
    'menshen containment reopen m_AAAAAAAAAAAAAAAA --manual --reason "2.4.1 is out" --json',
  ],
  async run({ values, positionals, terminal }) {
    const id = oneMeasure(positionals);
    const answer = await callServer(values, `${measuresPath}/${id}/reopening`, {
      plan: planOf(values),
      reason: neededOption(values, 'reason'),
    });
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    return await told(answer.body as MeasureView, values, terminal);
  },
};

const moves = ['next', 'pause', 'resume', 'close'] as const;

export const containmentMove: Command = {
  name: 'containment move',
  usage: 'MEASURE next|pause|resume|close --reason TEXT [--wait]',
  summary: { zh: '推进、暂停、继续或收回分步恢复', en: 'Move a reopening: next step, pause, resume, close' },
  options: { ...serverOptions, reason: { type: 'string' }, wait: { type: 'boolean' } },
  optionHelp: {
    ...serverHelp('reopen'),
    reason: { zh: '理由，写入日志', en: 'why; stands in the log' },
    wait: { zh: '等到完成（0）、收回或暂停（1）', en: 'wait until it is complete (exit 0), closed or paused (exit 1)' },
  },
  examples: ['menshen containment move m_AAAAAAAAAAAAAAAA next --reason "nothing wrong for ten minutes"'],
  async run({ values, positionals: [measure = '', move = '', ...more], terminal }) {
    const id = oneMeasure([measure]);
    if (!(moves as readonly string[]).includes(move) || more.length > 0)
      throw new UsageError({ zh: '请写明 next、pause、resume 或 close。', en: 'Say next, pause, resume or close.' });
    const answer = await callServer(values, `${measuresPath}/${id}/reopening/moves`, {
      move,
      reason: neededOption(values, 'reason'),
    });
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    return await told(answer.body as MeasureView, values, terminal);
  },
};

function oneMeasure([id = '', ...more]: readonly string[]): string {
  if (!measureId.safeParse(id).success || more.length > 0)
    throw new UsageError({ zh: '请给出一项措施的编号（m_…）。', en: 'Name one measure by its id (m_…).' });
  return id;
}

function planOf(values: CommandInput['values']): unknown {
  const hold = durationMs(textOption(values, 'hold') ?? '10m');
  const number = (name: string): number | undefined => {
    const text = textOption(values, name);
    if (text !== undefined && !/^\d{1,6}(\.\d{1,3})?$/.test(text))
      throw new UsageError({ zh: `--${name} 应为数字。`, en: `--${name} must be a number.` });
    return text === undefined ? undefined : Number(text);
  };
  const shares = (textOption(values, 'steps') ?? '5,25,100').split(',').map((text) => Number(text.trim()));
  const watch = { errorPercent: number('errors'), refusedPercent: number('refused'), minRequests: number('min-requests') };
  const plan = reopeningPlan.safeParse({
    steps: shares.map((share) => ({ share, seconds: Math.round((hold ?? 0) / 1_000) })),
    advance: values['manual'] === true ? 'manual' : 'auto',
    watch: Object.fromEntries(Object.entries(watch).filter(([, value]) => value !== undefined)),
  });
  if (plan.success) return plan.data;
  const [field = 'steps'] = plan.error.issues[0]?.path ?? [];
  throw new UsageError({
    zh: `计划有误（${String(field)}）：比例须为递增到 100 的整数，每步 5 秒至 1 天，上限在 0.1 至 100 之间。`,
    en: `The plan is wrong (${String(field)}): shares are whole numbers rising to 100, a step takes 5 s to a day, limits lie between 0.1 and 100.`,
  });
}

/** Says where a reopening stands, and follows it where that is asked for. */
async function told(measure: MeasureView, values: CommandInput['values'], terminal: Terminal): Promise<ExitCode> {
  let last = measure;
  const tell = (): void => terminal.out(values['json'] === true ? JSON.stringify(last) : standing(last, terminal));
  tell();
  if (values['wait'] !== true) return 0;
  while (last.reopening?.state === 'open') {
    await sleep(pollMs);
    const answer = await callServer(values, `${measuresPath}/${last.id}`);
    if (!answer.ok) return printRefusal(terminal, answer.refused);
    const now = answer.body as MeasureView;
    const moved = now.reopening?.state !== last.reopening?.state || now.reopening?.share !== last.reopening?.share;
    last = now;
    if (moved) tell();
  }
  return last.reopening?.state === 'complete' || last.state === 'lifted' ? 0 : 1;
}

const states = {
  open: { zh: '放行', en: 'lets through' },
  paused: { zh: '暂停于', en: 'paused at' },
  closed: { zh: '已收回', en: 'closed' },
  complete: { zh: '已完成', en: 'complete' },
} as const;

const standings: Readonly<Record<MeasureView['state'], Bilingual>> = {
  active: { zh: '生效中', en: 'in force' },
  working: { zh: '执行中', en: 'under way' },
  done: { zh: '已执行', en: 'done' },
  lifted: { zh: '已解除', en: 'lifted' },
  expired: { zh: '已到期', en: 'ended' },
};

function standing({ kind, target, until, state, reopening }: MeasureView, { language }: Terminal): string {
  const line = measureLine({ kind, target } as Measured)[language];
  const end = new Date(until).toISOString();
  if (reopening === null) return `${line}  ${standings[state][language]}  ${language === 'zh' ? '至' : 'until'} ${end}`;
  const { zh, en } = states[reopening.state];
  const share = reopening.state === 'open' || reopening.state === 'paused' ? ` ${reopening.share}%` : '';
  const why = reopening.moves.at(-1)?.why[language] ?? '';
  return `${line}  ${language === 'zh' ? zh : en}${share}  ${why}`;
}
