import { type AssessmentView, listAssessments, putAssessment, signAssessment, type TriggerView } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AssessmentDialog } from './assessment-dialog.tsx';
import styles from './privacy.module.css';

const tones: Readonly<Record<AssessmentView['state'], Tone>> = {
  draft: 'quiet',
  valid: 'safe',
  expiring: 'warning',
  expired: 'danger',
};

/** What makes an assessment due (PIPL article 55), and the assessments that there are. */
export function AssessmentsPage() {
  const { t } = useLanguage();
  const may = useMay();
  const list = useEndpoint(listAssessments, { input: {}, keep: true });
  const [editing, setEditing] = useState<{
    readonly known: AssessmentView | null;
    readonly trigger: TriggerView['trigger'];
  } | null>(null);
  const mayWrite = may(putAssessment);
  return (
    <Page
      title={t('assessments.title')}
      question={t('assessments.question')}
      actions={
        mayWrite ? (
          <Button type="primary" onClick={() => setEditing({ known: null, trigger: 'other' })}>
            {t('assessments.add')}
          </Button>
        ) : undefined
      }
    >
      <Loadable query={list} lines={8}>
        {({ assessments, triggers }) => (
          <>
            <TriggersPanel triggers={triggers} start={mayWrite ? (trigger) => setEditing({ known: null, trigger }) : null} />
            <Assessments assessments={assessments} edit={mayWrite ? (known) => setEditing({ known, trigger: 'other' }) : null} />
          </>
        )}
      </Loadable>
      {editing === null ? null : (
        <AssessmentDialog known={editing.known} trigger={editing.trigger} close={() => setEditing(null)} />
      )}
    </Page>
  );
}

/** Causes of a trigger that are named; the rest is counted. */
const most = 5;

function TriggersPanel({
  triggers,
  start,
}: {
  readonly triggers: readonly TriggerView[];
  readonly start: ((trigger: TriggerView['trigger']) => void) | null;
}) {
  const { t } = useLanguage();
  if (triggers.length === 0) return <Status tone="safe">{t('assessments.noTriggers')}</Status>;
  const sorted = [...triggers].sort((a, b) => Number(a.covered) - Number(b.covered));
  return (
    <Panel title={t('assessments.due')} note={t('assessments.dueNote')}>
      <ul className={styles.list}>
        {sorted.map(({ trigger, because, covered }) => (
          <li key={trigger} className={styles.trigger}>
            <div>
              <Status tone={covered ? 'safe' : 'warning'}>{t(`assessments.trigger.${trigger}`)}</Status>{' '}
              <span className="quiet">{t(covered ? 'assessments.covered' : 'assessments.uncovered')}</span>
              <ul className={styles.because}>
                {because.slice(0, most).map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
              {because.length > most ? (
                <p className={styles.because}>{t('assessments.more', { count: because.length - most })}</p>
              ) : null}
            </div>
            {covered || start === null ? null : (
              <Button
                aria-label={t('assessments.startOf', { trigger: t(`assessments.trigger.${trigger}`) })}
                onClick={() => start(trigger)}
              >
                {t('assessments.start')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Assessments({
  assessments,
  edit,
}: {
  readonly assessments: readonly AssessmentView[];
  readonly edit: ((known: AssessmentView) => void) | null;
}) {
  const { t, format } = useLanguage();
  const [signing, setSigning] = useState<AssessmentView | null>(null);
  const sign = useAction(signAssessment, [listAssessments]);
  const columns: readonly Column<AssessmentView>[] = [
    {
      key: 'title',
      title: t('assessments.name'),
      plain: true,
      grow: true,
      wrap: true,
      value: (row) => row.fields.title,
      render: (row) => (
        <>
          {row.fields.title} <span className="quiet">{t('assessments.versionOf', { version: row.version })}</span>
        </>
      ),
    },
    {
      key: 'state',
      title: t('assessments.state'),
      value: (row) => t(`assessments.state.${row.state}`),
      render: (row) => <Status tone={tones[row.state]}>{t(`assessments.state.${row.state}`)}</Status>,
    },
    {
      key: 'conclusion',
      title: t('assessments.conclusion'),
      value: (row) => t(`assessments.conclusion.${row.fields.conclusion}`),
      render: (row) => t(`assessments.conclusion.${row.fields.conclusion}`),
    },
    {
      key: 'risks',
      title: t('assessments.risks'),
      numeric: true,
      value: (row) => row.fields.risks.length,
      render: (row) => {
        const most = Math.max(0, ...row.fields.risks.map(({ likelihood, impact }) => likelihood * impact));
        return row.fields.risks.length === 0 ? '0' : t('assessments.risksOf', { count: row.fields.risks.length, most });
      },
    },
    {
      key: 'until',
      title: t('assessments.until'),
      wrap: true,
      width: 180,
      value: (row) => (row.signed === null ? null : format.dateTime(row.signed.until)),
      render: (row) =>
        row.signed === null ? (
          ''
        ) : (
          <span className="no-wrap">
            {t('assessments.signedBy', { by: row.signed.by, time: format.dateTime(row.signed.until) })}
          </span>
        ),
    },
    ...(edit === null
      ? []
      : [
          {
            key: 'act',
            title: t('consents.change'),
            render: (row: AssessmentView) => (
              <>
                <Button aria-label={t('assessments.editOf', { title: row.fields.title })} onClick={() => edit(row)}>
                  {t('assessments.edit')}
                </Button>{' '}
                {row.signed === null ? (
                  <Button
                    type="primary"
                    aria-label={t('assessments.signOf', { title: row.fields.title })}
                    onClick={() => setSigning(row)}
                  >
                    {t('assessments.sign')}
                  </Button>
                ) : null}
              </>
            ),
          },
        ]),
  ];
  return (
    <Panel
      flush
      title={t('assessments.list')}
      note={t('assessments.listNote')}
      actions={<ExportButton name="menshen-impact-assessments" columns={columns} rows={assessments} />}
    >
      <DataTable
        caption={t('assessments.list')}
        columns={columns}
        rows={assessments}
        rowKey={(row) => row.id}
        empty={<EmptyState title={t('assessments.none')}>{t('assessments.noneText')}</EmptyState>}
      />
      {signing === null ? null : (
        <ConfirmDialog
          open
          title={t('assessments.signOf', { title: signing.fields.title })}
          consequence={t('assessments.signText')}
          confirm={t('assessments.sign')}
          busy={sign.isPending}
          error={sign.error}
          onConfirm={() =>
            sign.mutate({ params: { id: signing.id }, body: { version: signing.version } }, { onSuccess: () => setSigning(null) })
          }
          onClose={() => setSigning(null)}
        />
      )}
    </Panel>
  );
}
