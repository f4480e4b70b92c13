import type { Person } from '@menshen/contract';
import type { ReactNode } from 'react';
import { RefusedIcon, SafeIcon, SkippedIcon } from '../../ds/icon.ts';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** In employment is the everyday and stays quiet. */
const looks: Readonly<Record<Person['status'], readonly [Tone, ReactNode]>> = {
  active: ['quiet', <SafeIcon key="active" aria-hidden="true" />],
  disabled: ['danger', <RefusedIcon key="disabled" aria-hidden="true" />],
  left: ['quiet', <SkippedIcon key="left" aria-hidden="true" />],
};

export function PersonStatus({ status }: { readonly status: Person['status'] }) {
  const { t } = useLanguage();
  const [tone, icon] = looks[status];
  return (
    <Status tone={tone} icon={icon}>
      {t(`personStatus.${status}`)}
    </Status>
  );
}
