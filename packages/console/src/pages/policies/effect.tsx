import { RefusedIcon, SafeIcon } from '../../ds/icon.ts';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** What a policy does where it applies. */
export function Effect({ effect }: { readonly effect: 'permit' | 'forbid' }) {
  const { t } = useLanguage();
  return (
    <Status
      tone={effect === 'permit' ? 'safe' : 'danger'}
      icon={effect === 'permit' ? <SafeIcon aria-hidden="true" /> : <RefusedIcon aria-hidden="true" />}
    >
      {t(`policies.effect.${effect}`)}
    </Status>
  );
}
