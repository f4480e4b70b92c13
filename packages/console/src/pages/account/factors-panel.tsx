import { type getOwnFactors, type PasskeyView, setupState } from '@menshen/contract';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { passkeyUse, thisBrowser } from '../../api/passkey.ts';
import type { EnrolKind } from '../../components/factors/enrol-form.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './account-page.module.css';
import { CodesDialog, EnrolDialog, RemoveDialog, RenewDialog } from './factor-dialogs.tsx';

type Factors = Output<typeof getOwnFactors>;

/** What one shows beside the password: one-time codes, passkeys, recovery codes. */
export function FactorsPanel({ factors, now }: { readonly factors: Factors; readonly now: number }) {
  const { t, format } = useLanguage();
  const [enrolling, setEnrolling] = useState<EnrolKind | null>(null);
  const [removing, setRemoving] = useState<'totp' | PasskeyView | null>(null);
  const [renewing, setRenewing] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const setup = useEndpoint(setupState, { input: {} });
  const host = setup.data?.passkeyHost;
  const passkeys = host === undefined ? null : passkeyUse(host, thisBrowser());
  const { totp, passkeys: keys, recoveryCodesLeft } = factors;
  const few = recoveryCodesLeft <= 3;
  return (
    <Panel flush title={t('account.factors')} note={t('account.factorsNote')}>
      <ul className={styles.factors}>
        <Factor
          name={t('enrol.totp')}
          note={totp === null ? t('account.totpOff') : t('account.totpOn', { time: format.minute(totp.enrolledAt) })}
        >
          <Button onClick={() => setEnrolling('totp')}>{t(totp === null ? 'account.totpAdd' : 'account.totpReplace')}</Button>
          {totp === null || keys.length === 0 ? null : (
            <Button danger onClick={() => setRemoving('totp')}>
              {t('account.totpRemove')}
            </Button>
          )}
        </Factor>
        <Factor
          name={t('account.passkeys')}
          note={
            passkeys === 'elsewhere' && host !== undefined
              ? t('login.passkeyElsewhere', { host })
              : keys.length === 0
                ? t('account.passkeyNone')
                : null
          }
          below={
            keys.length === 0 ? null : (
              <ul className={styles.keys} aria-label={t('account.passkeys')}>
                {keys.map((key) => (
                  <li key={key.id} className={styles.key}>
                    <span>
                      {key.name}{' '}
                      <span className="quiet">
                        {format.list([
                          t(key.backedUp ? 'account.passkeySynced' : 'account.passkeyOne'),
                          key.lastUsed === null
                            ? t('account.passkeyUnused')
                            : t('account.passkeyUsed', { time: format.relative(key.lastUsed, now) }),
                        ])}
                      </span>
                    </span>
                    <Button
                      onClick={() => setRemoving(key)}
                      aria-label={t('account.passkeyRemoveOf', { name: key.name })}
                      disabled={totp === null && keys.length === 1}
                    >
                      {t('account.passkeyRemove')}
                    </Button>
                  </li>
                ))}
              </ul>
            )
          }
        >
          {passkeys === 'yes' ? <Button onClick={() => setEnrolling('passkey')}>{t('account.passkeyAdd')}</Button> : null}
        </Factor>
        <Factor
          name={t('account.recovery')}
          note={
            few ? (
              <Status tone="warning">{t('account.recoveryLeft', { count: recoveryCodesLeft })}</Status>
            ) : (
              t('account.recoveryLeft', { count: recoveryCodesLeft })
            )
          }
        >
          <Button onClick={() => setRenewing(true)}>{t('account.recoveryRenew')}</Button>
        </Factor>
        {factors.identities.length === 0 ? null : (
          <Factor
            name={t('account.identities')}
            note={factors.identities.map(({ provider, subject }) => `${provider}: ${subject}`).join('; ')}
          />
        )}
      </ul>
      <EnrolDialog kind={enrolling} close={() => setEnrolling(null)} onCodes={setCodes} />
      <RemoveDialog removing={removing} close={() => setRemoving(null)} />
      <RenewDialog open={renewing} close={() => setRenewing(false)} onCodes={setCodes} />
      <CodesDialog codes={codes} close={() => setCodes(null)} />
    </Panel>
  );
}

interface FactorProps {
  readonly name: string;
  readonly note: ReactNode;
  readonly below?: ReactNode;
  readonly children?: ReactNode;
}

function Factor({ name, note, below, children }: FactorProps) {
  return (
    <li className={styles.factor}>
      <div className={styles.words}>
        <h3 className={styles.name}>{name}</h3>
        {note === null ? null : <div className={styles.note}>{note}</div>}
      </div>
      <div className={styles.buttons}>{children}</div>
      {below ?? null}
    </li>
  );
}
