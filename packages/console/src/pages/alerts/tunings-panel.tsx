import { type DetectionRule, getDetections, revokeTuning, type TuningView } from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** What was tuned, for whom, why and until when. */
export function TuningsPanel({
  tunings,
  rules,
}: {
  readonly tunings: readonly TuningView[];
  readonly rules: readonly DetectionRule[];
}) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const [revoking, setRevoking] = useState<TuningView | null>(null);
  const revoke = useAction(revokeTuning, [getDetections]);
  const nameOf = (rule: string): string => rules.find((one) => one.rule === rule)?.title[language] ?? rule;
  const subjectOf = ({ subject, factor }: TuningView): string =>
    subject === null
      ? [t('alerts.everybody'), t('alerts.thresholdTimes', { factor: format.number(factor ?? 1) })].join(', ')
      : subject.value;
  const done = (): void => {
    revoke.reset();
    setRevoking(null);
  };
  const columns: readonly Column<TuningView>[] = [
    { key: 'rule', title: t('alerts.rule'), grow: true, value: ({ rule }) => nameOf(rule), render: ({ rule }) => nameOf(rule) },
    { key: 'subject', title: t('alerts.subject'), value: subjectOf, render: (one) => subjectOf(one) },
    {
      key: 'state',
      title: t('alerts.until'),
      value: ({ expiresAt }) => format.dateTime(expiresAt),
      render: ({ expiresAt, state }) => (
        <Status tone={state === 'active' ? 'warning' : 'quiet'}>
          {t(`alerts.state.${state}`)}, {format.dateTime(expiresAt)}
        </Status>
      ),
    },
    {
      key: 'by',
      title: t('alerts.by'),
      value: ({ createdBy, reason }) => `${createdBy}: ${reason}`,
      render: ({ createdBy, reason }) => (
        <>
          {createdBy} <span className="quiet">{reason}</span>
        </>
      ),
    },
    {
      key: 'revoke',
      title: t('alerts.revoke'),
      plain: true,
      render: (one) =>
        one.state === 'active' && may(revokeTuning) ? (
          <Button size="small" aria-label={t('alerts.revokeOf', { rule: nameOf(one.rule) })} onClick={() => setRevoking(one)}>
            {t('alerts.revoke')}
          </Button>
        ) : null,
    },
  ];
  return (
    <Panel flush title={t('alerts.tunings')} note={t('alerts.tuningsNote')}>
      <DataTable
        caption={t('alerts.tunings')}
        columns={columns}
        rows={tunings}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('alerts.noTunings')}>{t('alerts.noTuningsText')}</EmptyState>}
      />
      <ConfirmDialog
        open={revoking !== null}
        title={t('alerts.revokeOf', { rule: nameOf(revoking?.rule ?? '') })}
        consequence={t('alerts.revokeText')}
        confirm={t('alerts.revoke')}
        reasonLength={4}
        busy={revoke.isPending}
        error={revoke.error}
        onConfirm={(reason) => {
          if (revoking !== null) revoke.mutate({ params: { id: revoking.id }, body: { reason } }, { onSuccess: done });
        }}
        onClose={done}
      />
    </Panel>
  );
}
