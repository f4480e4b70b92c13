import type { Bilingual, RecoveryBox } from '@menshen/contract';
import type { Incident } from '../incidents/model.ts';
import type { FilledBox } from './store.ts';

/** What has to be so before an incident counts as recovered. */
export interface RecoveryGate {
  /** Boxes that nothing fills now. */
  missing(incident: Incident): Promise<readonly RecoveryBox[]>;
  /** The row of an exception, to be written with the step that it allows. */
  exception(incident: string, missing: readonly RecoveryBox[], reason: string, by: string): FilledBox;
}

export const boxNames: Readonly<Record<RecoveryBox, Bilingual>> = {
  repaired: { zh: '已修复', en: 'repaired' },
  restored: { zh: '已还原', en: 'restored' },
  hardened: { zh: '已加固', en: 'hardened' },
  reopened: { zh: '已恢复服务', en: 'reopened' },
};
