import type { DataFieldView } from '@menshen/contract';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Sensitive enough that showing it in clear needs a reason. */
export const isExposed = ({ level, state }: DataFieldView): boolean => level >= 3 && state === 'clear';

const levelWords = ['data.level.1', 'data.level.2', 'data.level.3', 'data.level.4'] as const;

export function LevelText({ level }: { readonly level: number }) {
  const { t } = useLanguage();
  return <span className="no-wrap">{t(levelWords[level - 1] ?? 'data.level.1')}</span>;
}

/** Whether a field is shown, louder the more sensitive it is. */
export function StateMark({ field }: { readonly field: DataFieldView }) {
  const { t } = useLanguage();
  const clear: Tone = field.level >= 4 ? 'danger' : field.level === 3 ? 'warning' : 'quiet';
  const tone = field.state === 'clear' ? clear : field.state === 'gone' ? 'quiet' : 'safe';
  return <Status tone={tone}>{t(`data.state.${field.state}`)}</Status>;
}
