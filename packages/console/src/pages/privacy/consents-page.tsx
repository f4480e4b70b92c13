import { listPurposes, type PurposeView } from '@menshen/contract';
import { useNavigate } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Field } from '../../ds/field.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './privacy.module.css';

/** For what personal information is processed, on what basis, and who has consented. */
export function ConsentsPage() {
  const { t } = useLanguage();
  const list = useEndpoint(listPurposes, { input: {}, keep: true });
  return (
    <Page title={t('consents.title')} question={t('consents.question')}>
      <Loadable query={list} lines={10}>
        {({ purposes }) => (
          <>
            <Attention purposes={purposes} />
            <PurposesPanel purposes={purposes} />
            <FindPersonPanel />
            {purposes.length === 0 ? null : <TextsPanel purposes={purposes} />}
          </>
        )}
      </Loadable>
    </Page>
  );
}

function Attention({ purposes }: { readonly purposes: readonly PurposeView[] }) {
  const { t, language } = useLanguage();
  const outdated = purposes.filter((one) => one.declared && one.outdated > 0);
  const gone = purposes.filter((one) => !one.declared);
  if (outdated.length === 0 && gone.length === 0) return null;
  return (
    <Panel title={t('privacy.attention')}>
      {outdated.map((one) => (
        <p key={one.id} className="paragraph">
          <Status tone="warning">{one.name[language]}</Status> {t('consents.outdatedOf', { count: one.outdated })}
        </p>
      ))}
      {gone.map((one) => (
        <p key={one.id} className="paragraph">
          <Status tone="warning">{one.id}</Status> {t('consents.goneOf')}
        </p>
      ))}
    </Panel>
  );
}

function PurposesPanel({ purposes }: { readonly purposes: readonly PurposeView[] }) {
  const { t, format, language } = useLanguage();
  const columns: readonly Column<PurposeView>[] = [
    {
      key: 'purpose',
      title: t('consents.purpose'),
      plain: true,
      grow: true,
      wrap: true,
      value: (row) => row.id,
      render: (row) => (
        <>
          {row.name[language]} <code className="quiet">{row.id}</code>{' '}
          {row.sensitive ? <Status tone="warning">{t('consents.sensitive')}</Status> : null}
        </>
      ),
    },
    {
      key: 'basis',
      title: t('consents.basis'),
      value: (row) => t(`consents.basis.${row.basis}`),
      render: (row) => t(`consents.basis.${row.basis}`),
    },
    { key: 'version', title: t('consents.version'), numeric: true, value: (row) => row.version, render: (row) => row.version },
    {
      key: 'given',
      title: t('privacy.consent.given'),
      numeric: true,
      value: (row) => row.given,
      render: (row) => format.number(row.given),
    },
    {
      key: 'outdated',
      title: t('privacy.consent.outdated'),
      numeric: true,
      value: (row) => row.outdated,
      render: (row) => format.number(row.outdated),
    },
    {
      key: 'withdrawn',
      title: t('privacy.consent.withdrawn'),
      numeric: true,
      value: (row) => row.withdrawn,
      render: (row) => format.number(row.withdrawn),
    },
    {
      key: 'routes',
      title: t('consents.routes'),
      wideOnly: true,
      value: (row) => row.routes.join(' '),
      render: (row) => (row.routes.length === 0 ? <span className="quiet">{t('consents.noRoutes')}</span> : row.routes.length),
    },
  ];
  return (
    <Panel
      flush
      title={t('consents.purposes')}
      note={t('consents.purposesNote')}
      actions={<ExportButton name="menshen-purposes" columns={columns} rows={purposes} />}
    >
      <DataTable
        caption={t('consents.purposes')}
        columns={columns}
        rows={purposes}
        rowKey={(row) => row.id}
        empty={<EmptyState title={t('consents.none')}>{t('consents.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function FindPersonPanel() {
  const { t } = useLanguage();
  const navigate = useNavigate();
  const [uid, setUid] = useState('');
  const open = (): void =>
    void (uid.trim() === '' ? undefined : navigate({ to: '/privacy/people/$uid', params: { uid: uid.trim() } }));
  return (
    <Panel title={t('consents.person')} note={t('consents.personNote')}>
      <Field label={t('column.uid')}>
        {(wiring) => (
          <Input.Search
            {...wiring}
            value={uid}
            maxLength={128}
            enterButton={<Button type="primary">{t('consents.find')}</Button>}
            onChange={(event) => setUid(event.target.value)}
            onSearch={open}
          />
        )}
      </Field>
    </Panel>
  );
}

/** What people read, word for word: the text that the evidence names. */
function TextsPanel({ purposes }: { readonly purposes: readonly PurposeView[] }) {
  const { t, language } = useLanguage();
  return (
    <Panel title={t('consents.texts')} note={t('consents.textsNote')}>
      {purposes
        .filter(({ declared }) => declared)
        .map((purpose) => (
          <Disclosure key={purpose.id} title={purpose.name[language]}>
            <p className={styles.answer}>{purpose.text[language]}</p>
            <Facts
              facts={[
                { label: t('consents.fields'), value: purpose.fields.join(', ') },
                { label: t('consents.apps'), value: purpose.apps.join(', ') },
                { label: t('consents.routes'), value: purpose.routes.length === 0 ? null : purpose.routes.join(', ') },
                { label: 'SHA-256', value: <code>{purpose.textSha256.slice(0, 32)}…</code> },
              ]}
            />
          </Disclosure>
        ))}
    </Panel>
  );
}
