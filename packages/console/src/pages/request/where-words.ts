import { type BotSign, botSignTexts, type RiskReason, refusalPlace, riskReasonTexts } from '@menshen/contract';
import type { useLanguage } from '../../i18n/language.tsx';
import { limitWords, readLimitName } from '../limits/limit-words.ts';

type Words = Pick<ReturnType<typeof useLanguage>, 't' | 'language'>;

/** The place of a decision in plain words: a score with its signs, a risk with its reasons, a limit, a field and what is wrong with it. */
export function whereWords(where: string, { t, language }: Words): string {
  const [, kind, figure, names = ''] = /^(bot|risk) (\d+): ([a-z_ ]*)$/.exec(where) ?? [];
  if (kind === 'bot') {
    const signs = names.split(' ').map((name) => botSignTexts[name as BotSign]?.[language] ?? name);
    return t('limits.whereBot', { score: figure ?? '', signs: signs.join(' · ') });
  }
  if (kind === 'risk') {
    const reasons = names
      .split(' ')
      .map((name) =>
        name === 'wechat_rank' ? t('limits.wechatRank') : (riskReasonTexts[name as RiskReason]?.[language] ?? name),
      );
    return t('limits.whereRisk', { level: figure ?? '', reasons: reasons.join(' ') });
  }
  const [, name = ''] = /^limit per [a-z]+: (.+)$/.exec(where) ?? [];
  const limit = readLimitName(name);
  if (limit !== null) return limitWords(limit, t);
  return refusalPlace(where)?.[language] ?? where;
}
