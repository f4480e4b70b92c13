import type { ContestState } from '@menshen/contract';
import type { Tone } from '../../ds/status.tsx';
import type { Translate } from '../../i18n/translate.ts';

export const toneOfState: Readonly<Record<ContestState, Tone>> = {
  waiting: 'quiet',
  running: 'safe',
  frozen: 'warning',
  ended: 'warning',
  published: 'safe',
  cancelled: 'quiet',
};

/** What the board calls a player: the name where they chose so, otherwise the number. */
export const playerName = (t: Translate, row: { readonly name: string | null; readonly number: number }): string =>
  row.name ?? t('contestPage.number', { number: row.number });
