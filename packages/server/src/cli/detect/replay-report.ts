import type { Language } from '@menshen/contract';
import type { ReplayResult } from '../../detect/replay.ts';
import type { RuleTally } from '../../detect/replay-rules.ts';

const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

/** How often each rule would have fired, a line each; those that never did in one line at the end. */
export function ruleLines(tallies: readonly RuleTally[], language: Language): string[] {
  const silent = tallies.filter(({ matches }) => matches === 0).length;
  const lines = tallies
    .filter(({ matches }) => matches > 0)
    .map(({ rule, title, titleZh, severity, matches, alerts, first, last }) => {
      const name = language === 'zh' ? (titleZh ?? title) : title;
      const when = `${minute(first ?? 0)} … ${minute(last ?? 0)}`;
      return language === 'zh'
        ? `${rule}（${name}，${severity}）：命中 ${matches} 次，合为 ${alerts} 条告警，${when}`
        : `${rule} (${name}, ${severity}): ${count(matches, 'match', 'matches')}, ${count(alerts, 'alert', 'alerts')}, ${when}`;
    });
  if (tallies.length === 0) return lines;
  lines.push(
    language === 'zh'
      ? `${tallies.length} 条规则中 ${silent} 条没有命中。`
      : `${silent} of ${count(tallies.length, 'rule', 'rules')} never fired.`,
  );
  return lines;
}

const count = (number: number, one: string, more: string): string => `${number} ${number === 1 ? one : more}`;

/** The totals in a sentence. */
export function totalLine({ events, unusable, alerts, dropped }: ReplayResult, rate: number, language: Language): string {
  const all = alerts.length + dropped;
  if (language === 'zh') {
    const lost = dropped === 0 ? '' : `（只保留前 ${alerts.length} 条）`;
    return `${events} 个事件，${all} 条告警${lost}，${unusable} 行无法读取，每秒 ${rate} 个事件。`;
  }
  const lost = dropped === 0 ? '' : ` (the first ${alerts.length} are kept)`;
  return `${events} events, ${all} alerts${lost}, ${unusable} unusable lines, ${rate} events a second.`;
}

/** The totals as JSON: what a script compares before and after a rule was changed. */
export const totals = ({ events, unusable, alerts, dropped, rules }: ReplayResult, rate: number, refused: number) => ({
  ...{ events, unusable, alerts: alerts.length, events_per_second: rate },
  ...(dropped === 0 ? {} : { alerts_dropped: dropped }),
  ...(refused === 0 ? {} : { rules_refused: refused }),
  ...(rules.length === 0
    ? {}
    : {
        rules: rules.map(({ rule, title, titleZh, severity, matches, alerts: folded, first, last }) => ({
          ...{ rule, title, ...(titleZh === null ? {} : { title_zh: titleZh }), severity, matches, alerts: folded, first, last },
        })),
      }),
});
