import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

export type Level = 0 | 1 | 2 | 3 | 4 | 5;
const tones: readonly Tone[] = ['quiet', 'safe', 'quiet', 'warning', 'danger', 'danger'];
export const levelOf = (level: number): Level => Math.min(5, Math.max(0, Math.round(level))) as Level;

/** A level of risk: icon, word and colour. */
export function LevelMark({ level }: { readonly level: number }) {
  const { t } = useLanguage();
  const known = levelOf(level);
  return (
    <Status tone={tones[known] ?? 'quiet'} filled={known === 5}>
      {t(`risks.level.${known}`)}
    </Status>
  );
}

/** A number of 25 with its level. */
export function Score({ score, level }: { readonly score: number; readonly level: number }) {
  const { format } = useLanguage();
  return (
    <span className="no-wrap">
      <strong className="figures">{format.number(score)}</strong> <LevelMark level={level} />
    </span>
  );
}
