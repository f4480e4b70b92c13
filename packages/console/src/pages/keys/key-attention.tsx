import type { ProofKeyView } from '@menshen/contract';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { daysSince, type Ring } from './ring.ts';

/** What of the keys needs somebody: old ones, and those under a wrapping key that is to go. Nothing when all is well. */
export function KeyAttention({
  ring,
  signing,
  now,
}: {
  readonly ring: Ring;
  readonly signing: readonly ProofKeyView[];
  readonly now: number;
}) {
  const { t, format } = useLanguage();
  const old = ring.keys.filter((key) => key.old !== null);
  const left = ring.wrapping.filter(({ current }) => !current).reduce((sum, { keys }) => sum + keys, 0);
  const oldSigning = signing.filter((key) => key.old);
  if (old.length === 0 && left === 0 && oldSigning.length === 0) return null;
  return (
    <Panel title={t('keys.attention')}>
      {old.map(({ kid, app, old: why, created, sealed }) => (
        <p className="paragraph" key={kid}>
          <Status tone="warning">{t(why === 'values' ? 'keys.mark.values' : 'keys.mark.age')}</Status>{' '}
          {why === 'values'
            ? t('keys.oldValues', { app, count: format.number(sealed) })
            : t('keys.oldAge', { app, days: daysSince(created, now), most: ring.rotation.maxAgeDays })}
        </p>
      ))}
      {oldSigning.map(({ id, purpose, created }) => (
        <p className="paragraph" key={id}>
          <Status tone="warning">{t('keys.mark.age')}</Status>{' '}
          {t('keys.oldSigning', { purpose: t(`keys.purpose.${purpose}`), days: daysSince(created, now) })}
        </p>
      ))}
      {left === 0 ? null : (
        <p className="paragraph">
          <Status tone="warning">{t('keys.wrapping')}</Status> {t('keys.underOld', { count: left })}
        </p>
      )}
    </Panel>
  );
}
