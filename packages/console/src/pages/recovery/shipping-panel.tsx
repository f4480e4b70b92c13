import { Facts } from '../../ds/facts.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import type { RecoveryData } from './model.ts';
import styles from './recovery.module.css';

/** How far behind the second place is: what would be missing if the data folder were lost now. */
export function ShippingPanel({ data: { shipping, store } }: { readonly data: RecoveryData }) {
  const { t, format } = useLanguage();
  const note = t(
    store === 'postgres' && shipping?.database === false ? 'recovery.shippingNotePostgres' : 'recovery.shippingNote',
  );
  const failing = shipping?.problem ?? null;
  const since = shipping?.failingSince ?? null;
  const problem =
    failing === null
      ? null
      : [t(`recovery.ship.${failing}`), ...(since === null ? [] : [t('recovery.since', { time: format.dateTime(since) })])];
  return (
    <Panel title={t('recovery.shipping')} note={note}>
      {shipping === null ? (
        <EmptyState title={t('recovery.shippingOff')}>{t('recovery.shippingOffText')}</EmptyState>
      ) : (
        <div className={styles.wrapped}>
          {problem === null ? null : (
            <p>
              <Status tone="danger">{problem.join(' · ')}</Status>
            </p>
          )}
          <Facts
            columns={3}
            facts={[
              {
                label: t('recovery.lag'),
                value: (
                  <Status tone={shipping.behind ? 'danger' : 'safe'} filled={shipping.behind}>
                    {t('recovery.lagOf', {
                      lag: format.span(Math.max(1, shipping.lagSeconds) * 1_000),
                      limit: format.span(shipping.limitSeconds * 1_000),
                    })}
                  </Status>
                ),
              },
              { label: t('recovery.place'), value: <code>{shipping.place}</code> },
              {
                label: t('recovery.shippedTo'),
                value: shipping.shippedTo === null ? t('recovery.notYet') : format.dateTime(shipping.shippedTo),
              },
              { label: t('recovery.generation'), value: shipping.generation },
              {
                label: t('recovery.segments'),
                value: t('recovery.segmentsOf', { count: shipping.segments, size: format.bytes(shipping.bytes) }),
              },
            ]}
          />
        </div>
      )}
    </Panel>
  );
}
