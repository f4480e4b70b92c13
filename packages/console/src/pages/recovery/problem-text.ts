import type { RecoveryRunView } from '@menshen/contract';
import type { Translate } from '../../i18n/translate.ts';

/** Why a run failed, in words; what it concerned stands behind. */
export function problemText(problem: RecoveryRunView['problem'], t: Translate): string {
  if (problem === null) return '';
  const text = t(`recovery.problem.${problem.code}`);
  return problem.where === '' ? text : `${text} (${problem.where})`;
}
