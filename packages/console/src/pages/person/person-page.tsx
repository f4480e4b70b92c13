import { getPerson, type SessionView } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { HeldNotice } from '../../components/held-notice.tsx';
import { PersonStatus } from '../../components/people/person-status.tsx';
import { RevokeSessionDialog } from '../../components/sessions/revoke-session-dialog.tsx';
import { useSessionColumns } from '../../components/sessions/session-columns.tsx';
import { DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { BindingCodePanel } from './binding-code-panel.tsx';
import { BlockButton } from './block-button.tsx';
import { DelegationsPanel } from './delegations-panel.tsx';
import { PersonFactorsPanel } from './factors-panel.tsx';
import { IdentitiesPanel } from './identities-panel.tsx';
import { PersonActs } from './person-acts.tsx';
import styles from './person-page.module.css';
import { RevokeAllDialog } from './revoke-all-dialog.tsx';
import { RolesPanel } from './roles-panel.tsx';
import { ScopedRolesPanel } from './scoped-roles-panel.tsx';

const route = getRouteApi('/shell/people/$uid');

type Detail = Output<typeof getPerson>;

/** One person: who it is, with what they sign in, where they are signed in, and what they may do. */
export function PersonPage() {
  const { t } = useLanguage();
  const { uid } = route.useParams();
  const person = useEndpoint(getPerson, { input: { params: { uid } } });
  const detail = person.data;
  return (
    <Page
      title={detail === undefined || detail.person.name === '' ? uid : detail.person.name}
      question={t('person.question')}
      trail={<Link to="/people">{t('person.back')}</Link>}
      actions={
        <>
          {detail === undefined ? null : <BlockButton person={detail.person} />}
          {detail === undefined ? null : <PersonActs detail={detail} />}
          <Link to="/traffic" search={{ uid }}>
            {t('person.traffic')}
          </Link>
          <Link to="/audit" search={{ uid }}>
            {t('person.audit')}
          </Link>
          <Link to="/privacy/people/$uid" params={{ uid }}>
            {t('privacy.ofPerson')}
          </Link>
        </>
      }
    >
      <Loadable query={person} lines={12}>
        {(data) => <PersonDetail detail={data} now={person.dataUpdatedAt} />}
      </Loadable>
    </Page>
  );
}

function PersonDetail({ detail, now }: { readonly detail: Detail; readonly now: number }) {
  const employee = detail.person.kind === 'employee';
  const { uid } = detail.person;
  return (
    <>
      <HeldNotice holds={({ kind, target }) => kind === 'lock_accounts' && target.persons.includes(uid)} />
      <div className={styles.columns}>
        <About person={detail.person} now={now} />
        <RolesPanel key={detail.person.roles.join()} uid={detail.person.uid} roles={detail.person.roles} />
      </div>
      <Sessions detail={detail} now={now} />
      {detail.person.kind === 'customer' ? null : <PersonFactorsPanel person={detail.person} />}
      <IdentitiesPanel uid={detail.person.uid} identities={detail.identities} />
      {detail.person.kind === 'customer' ? null : (
        <>
          <ScopedRolesPanel person={detail.person} />
          <DelegationsPanel person={detail.person} />
        </>
      )}
      {employee ? <BindingCodePanel uid={detail.person.uid} /> : null}
    </>
  );
}

function About({ person, now }: { readonly person: Detail['person']; readonly now: number }) {
  const { t, format } = useLanguage();
  return (
    <Panel title={t('person.about')}>
      <Facts
        columns={2}
        facts={[
          { label: t('column.uid'), value: <code>{person.uid}</code> },
          { label: t('column.personStatus'), value: <PersonStatus status={person.status} /> },
          ...(person.blocked === true
            ? [{ label: t('person.block'), value: <Status tone="danger">{t('person.blocked')}</Status> }]
            : []),
          { label: t('column.kind'), value: t(`kind.${person.kind}`) },
          { label: t('column.phone'), value: person.phone },
          {
            label: t('column.department'),
            value:
              person.departments.length === 0
                ? null
                : person.departments.map((department) => (
                    <div key={department.id}>
                      <Link to="/people" search={{ department: department.id }}>
                        {department.path.join(' / ')}
                      </Link>
                    </div>
                  )),
          },
          { label: t('column.position'), value: person.position },
          { label: t('person.source'), value: person.source ?? null },
          { label: t('person.leads'), value: person.leader ? t('person.leader') : null },
          {
            label: t('session.lastSeen'),
            value: person.lastSeen === null ? t('person.neverSeen') : format.relative(person.lastSeen, now),
          },
        ]}
      />
    </Panel>
  );
}

function Sessions({ detail, now }: { readonly detail: Detail; readonly now: number }) {
  const { t } = useLanguage();
  const [revoking, setRevoking] = useState<SessionView | null>(null);
  const [revokingAll, setRevokingAll] = useState(false);
  const columns = useSessionColumns({ withPerson: false, now, revoke: setRevoking });
  const { sessions, person } = detail;
  return (
    <Panel
      flush
      title={t('sessions.title')}
      note={t('sessions.total', { count: sessions.length })}
      actions={
        <>
          <ExportButton name={`menshen-sessions-${person.uid}`} columns={columns} rows={sessions} />
          <Button danger disabled={sessions.length === 0} onClick={() => setRevokingAll(true)}>
            {t('person.revokeAll')}
          </Button>
        </>
      }
    >
      <DataTable
        caption={t('sessions.title')}
        columns={columns}
        rows={sessions}
        rowKey={(row) => row.sid}
        empty={<EmptyState title={t('person.noSessions')}>{t('person.noSessionsText')}</EmptyState>}
      />
      <RevokeSessionDialog session={revoking} close={() => setRevoking(null)} />
      <RevokeAllDialog open={revokingAll} person={person} count={sessions.length} close={() => setRevokingAll(false)} />
    </Panel>
  );
}
