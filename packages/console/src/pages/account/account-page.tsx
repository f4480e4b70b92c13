import { getOwnFactors } from '@menshen/contract';
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../../api/client.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { Powers } from '../../components/powers/powers.tsx';
import { ConsoleSessionsPanel } from '../../components/sessions/console-sessions-panel.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './account-page.module.css';
import { FactorsPanel } from './factors-panel.tsx';
import { PasswordPanel } from './password-panel.tsx';

/** One's own account: how one signs in, and where one is signed in. */
export function AccountPage() {
  const { t, format } = useLanguage();
  const session = useQuery(sessionQuery);
  const factors = useEndpoint(getOwnFactors, { input: {} });
  const me = session.data?.administrator;
  return (
    <Page title={t('account.title')} question={t('account.question')}>
      <div className={styles.columns}>
        <Loadable query={factors} lines={6}>
          {(data) => <FactorsPanel factors={data} now={factors.dataUpdatedAt} />}
        </Loadable>
        <div className={styles.side}>
          {me === undefined ? null : (
            <Panel title={t('account.about')}>
              <Facts
                facts={[
                  { label: t('login.username'), value: me.username },
                  { label: t('administrators.power'), value: <Powers powers={me.powers} /> },
                  {
                    label: t('administrators.lastLogin'),
                    value: me.lastLogin === null ? null : format.minute(me.lastLogin),
                  },
                ]}
              />
            </Panel>
          )}
          <PasswordPanel username={me?.username ?? ''} />
        </div>
      </div>
      <ConsoleSessionsPanel title={t('account.sessions')} note={t('account.sessionsNote')} />
    </Page>
  );
}
