import { inviteAdministrator, listAdministrators, separatePowers } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { AdminTabs } from '../../components/tabs/admin-tabs.tsx';
import { Page } from '../../ds/page.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AccountsPanel } from './accounts-panel.tsx';
import styles from './administrators-page.module.css';
import { InvitationsPanel } from './invitations-panel.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { SeparateDialog } from './separate-dialog.tsx';

type Everybody = Output<typeof listAdministrators>;

/** Who runs the platform: accounts with their powers, and the links that are still out. */
export function AdministratorsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const [inviting, setInviting] = useState(false);
  const list = useEndpoint(listAdministrators, { input: {} });
  const single = list.data?.deviation === 'single_operator';
  return (
    <Page
      title={t('administrators.title')}
      question={t('administrators.question')}
      actions={
        // A single operator separates the powers instead: nobody is added to that mode.
        may(inviteAdministrator) && list.data !== undefined && !single ? (
          <Button type="primary" onClick={() => setInviting(true)}>
            {t('administrators.invite')}
          </Button>
        ) : undefined
      }
    >
      <AdminTabs current="administrators" />
      <Loadable query={list} lines={10}>
        {(data) => (
          <>
            <Attention everybody={data} />
            <AccountsPanel administrators={data.administrators} now={list.dataUpdatedAt} />
            <InvitationsPanel invitations={data.invitations} now={list.dataUpdatedAt} />
          </>
        )}
      </Loadable>
      <InviteDialog open={inviting} close={() => setInviting(false)} />
    </Page>
  );
}

/** What is wrong with how the powers are held. */
function Attention({ everybody }: { readonly everybody: Everybody }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [separating, setSeparating] = useState(false);
  const { deviation, vacant } = everybody;
  return (
    <>
      {deviation === 'single_operator' ? (
        <section className={styles.single} aria-label={t('administrators.single')}>
          <div className={styles.words}>
            <Status tone="warning">{t('administrators.single')}</Status>
            <p>{t('administrators.singleText')}</p>
          </div>
          {may(separatePowers) ? <Button onClick={() => setSeparating(true)}>{t('administrators.separate')}</Button> : null}
        </section>
      ) : vacant.length > 0 ? (
        <Status tone="warning" filled>
          {t('administrators.vacant', { powers: format.list(vacant.map((power) => t(`power.${power}`))) })}
        </Status>
      ) : null}
      <SeparateDialog open={separating} close={() => setSeparating(false)} />
    </>
  );
}
