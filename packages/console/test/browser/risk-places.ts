import { fakeRisk } from '../fake/risk-handlers.ts';

/** The pages of risk, and words that they must show. */
export const riskPlaces: readonly (readonly [name: string, words: readonly [path: string, zh: string, en: string]])[] = [
  ['risks', ['/risk', '先做什么', 'What helps most']],
  ['risks of a level', ['/risk?level=5', '清除筛选', 'Clear filters']],
  ['risk over time', ['/risk?tab=trend', 'SQL 语句由输入拼接而成', 'SQL is put together from input']],
  ['businesses', ['/risk?tab=businesses', '人事管理', '人事管理']],
  ['controls', ['/risk?tab=controls', '90 天内演练成功', 'a drill succeeded within 90 days']],
  ['what if', ['/risk?tab=what-if', '试算', 'Compute']],
  ['treatment of risks', ['/risk?tab=treatment', '给最后一名管理员发放通行密钥', 'reduce']],
  ['assets', ['/risk?tab=assets', '管理员（3 人）', 'administrators (3)']],
  ['versions of the assessment', ['/risk?tab=versions', '已超过 30 天', 'older than 30 days']],
  ['risk', [`/risk/${fakeRisk}`, '重算一致', 'computed again: the same']],
];
