import type { EventLevel, JudgementFacts, levelThreshold } from '@menshen/contract';
import type * as z from 'zod';

type Threshold = z.output<typeof levelThreshold>;

const guide = {
  zh: '网络安全事件分级指南（办法附件）：个人信息',
  en: 'Guide to the levels of incidents (annex of the measures): personal information',
};
const draft = {
  zh: '直接经济损失：按 2023 年征求意见稿，请与正式附件核对',
  en: 'Direct loss: by the draft of 2023; compare it with the annex in force',
};

/** Numbers that point to a level, the highest first. Reaching one counts. Below the least, the guide's general wording alone decides. */
export const levelThresholds: readonly Threshold[] = [
  { of: 'people', atLeast: 100_000_000, level: 'extreme', certainty: 'stated', source: guide },
  { of: 'people', atLeast: 10_000_000, level: 'major', certainty: 'stated', source: guide },
  { of: 'people', atLeast: 1_000_000, level: 'considerable', certainty: 'stated', source: guide },
  { of: 'lossYuan', atLeast: 100_000_000, level: 'extreme', certainty: 'unconfirmed', source: draft },
  { of: 'lossYuan', atLeast: 20_000_000, level: 'major', certainty: 'unconfirmed', source: draft },
  { of: 'lossYuan', atLeast: 5_000_000, level: 'considerable', certainty: 'unconfirmed', source: draft },
];

const order: readonly EventLevel[] = ['undetermined', 'none', 'general', 'considerable', 'major', 'extreme'];
export const levelRank = (level: EventLevel): number => order.indexOf(level);

/** The level that numbers alone point to; null where they point to none. People count only where their information is concerned. */
export function suggestLevel(facts: Pick<JudgementFacts, 'people' | 'lossYuan' | 'personalInformation'>): EventLevel | null {
  const values = { people: facts.personalInformation === 'no' ? null : facts.people, lossYuan: facts.lossYuan };
  const reached = levelThresholds.filter(({ of, atLeast }) => (values[of] ?? -1) >= atLeast).map(({ level }) => level);
  return reached.sort((one, other) => levelRank(other) - levelRank(one))[0] ?? null;
}
