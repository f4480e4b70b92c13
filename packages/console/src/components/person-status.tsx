import type { Person } from '@menshen/contract';
import { Status, type Tone } from '../ds/status.tsx';
import { useLanguage } from '../i18n/language.tsx';

const tones: Readonly<Record<Person['status'], Tone>> = { active: 'safe', disabled: 'danger', left: 'quiet' };

export function PersonStatus({ status }: { readonly status: Person['status'] }) {
  const { t } = useLanguage();
  return <Status tone={tones[status]}>{t(`personStatus.${status}`)}</Status>;
}
