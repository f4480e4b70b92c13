import type { Block, ReportDocument } from '../../documents/model.ts';
import { measures } from '../incidents/figures.ts';
import { clocksOf, incidentName } from '../incidents/model.ts';
import { clockName, stateName } from '../incidents/words.ts';
import { actionKindNames } from '../papers/words.ts';
import type { ReportInput } from './model.ts';
import {
  type Blanks,
  clockFacts,
  footerOf,
  heading,
  judgementBlocks,
  measuresText,
  momentIn,
  section,
  severityOf,
} from './parts.ts';

const names = { mttd: '发现用时', mtta: '响应用时', mttc: '遏制用时', mttr: '恢复用时' } as const;

/** `2 天 3 小时 5 分`. */
export function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const parts = [
    [Math.floor(minutes / 1_440), '天'],
    [Math.floor((minutes % 1_440) / 60), '小时'],
    [minutes % 60, '分'],
  ] as const;
  return parts.flatMap(([value, unit]) => (value === 0 ? [] : [`${value} ${unit}`])).join(' ') || '不到 1 分';
}

function spans(input: ReportInput): Block {
  const clocks = clocksOf(input.clocks);
  return {
    kind: 'facts',
    rows: (Object.keys(measures) as (keyof typeof measures)[]).map((measure) => {
      const [from, to] = measures[measure];
      const [start, end] = [clocks[from], clocks[to]];
      const known = start !== undefined && end !== undefined && end >= start;
      return [`${names[measure]}（${clockName(from).zh}→${clockName(to).zh}）`, known ? spanText(end - start) : '尚无'];
    }),
  };
}

/** 事件复盘报告: for the own house. It asks what made it possible, not who. */
export function postmortem(input: ReportInput, blanks: Blanks): ReportDocument {
  const { incident, paper, timeline, evidence, actions, config } = input;
  const moment = momentIn(config.timeZone);
  return {
    ...{ title: '安全事件复盘报告', subtitle: `${incidentName(incident.number)} ${incident.title.zh}`, language: 'zh' },
    ...{ author: config.operator.name, footer: footerOf(input) },
    blocks: [
      heading(1, '一、概要'),
      {
        kind: 'facts',
        rows: [
          ['级别', severityOf(input)],
          ['状态', stateName(incident.state).zh],
          ['负责人', incident.owner ?? ''],
          ['经过', incident.text.zh],
          blanks.fill('影响和危害', paper.impact),
        ],
      },
      heading(1, '二、时点与用时'),
      clockFacts(input, ['occurred', 'detected', 'aware', 'classified', 'contained', 'recovered', 'closed'], blanks),
      spans(input),
      heading(1, '三、研判'),
      ...judgementBlocks(input),
      heading(1, '四、时间线'),
      {
        kind: 'table',
        head: ['时间', '记录人', '经过', '日志序号'],
        widths: [3, 2, 8, 2],
        rows: timeline.map(({ at, by, text, index }) => [moment(at), by, text.zh, index === null ? '' : String(index)]),
      },
      { kind: 'paragraph', style: 'quiet', text: '每条记录的摘要都写入了防篡改审计日志，可按日志序号核验。' },
      heading(1, '五、分析'),
      ...section('原因分析', paper.cause, blanks),
      ...section('处置措施', measuresText(input), blanks),
      ...section('做得好的', paper.wentWell, blanks),
      ...section('做得不好的', paper.wentBadly, blanks),
      ...section('经验教训', paper.lessons, blanks),
      heading(1, '六、改进项'),
      actions.length === 0
        ? { kind: 'paragraph', text: '（无）' }
        : {
            kind: 'table',
            head: ['类别', '内容', '负责人', '期限', '状态'],
            widths: [2, 6, 2, 3, 2],
            rows: actions.map(({ kind, text, owner, due, done }) => [
              ...[actionKindNames[kind].zh, text, owner, moment(due), done === null ? '进行中' : '已办结'],
            ]),
          },
      heading(1, '七、证据'),
      evidence.length === 0
        ? { kind: 'paragraph', text: '（无）' }
        : {
            kind: 'table',
            head: ['文件', '字节', 'SHA-256', '添加人'],
            widths: [4, 2, 7, 2],
            rows: evidence.map(({ name, bytes, sha256, by }) => [name, String(bytes), sha256, by]),
          },
    ],
  };
}
