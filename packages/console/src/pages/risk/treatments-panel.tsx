import { changeTreatment, listTreatments, type RiskAcceptance, revokeAcceptance } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { RevokeDialog } from '../../components/revoke-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { TreatmentDialog } from './treatment-dialog.tsx';

type Data = Output<typeof listTreatments>;
type Plan = Data['treatments'][number];
type Accepted = Data['acceptances'][number];
const tones: Readonly<Record<RiskAcceptance['state'], Tone>> = {
  valid: 'safe',
  expired: 'warning',
  exceeded: 'danger',
  revoked: 'quiet',
};

/** Plans against risks, and risks that were accepted: what is late or no longer holds first. */
export function TreatmentsPanel() {
  const data = useEndpoint(listTreatments, { input: {} });
  return (
    <Loadable query={data} lines={10}>
      {({ treatments, acceptances }) => (
        <>
          <Plans plans={[...treatments].sort((a, b) => Number(b.overdue) - Number(a.overdue))} />
          <Acceptances acceptances={acceptances} />
        </>
      )}
    </Loadable>
  );
}

function Plans({ plans }: { readonly plans: readonly Plan[] }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [changing, setChanging] = useState<Plan | null>(null);
  const columns: readonly Column<Plan>[] = [
    {
      key: 'plan',
      title: t('risks.plan'),
      grow: true,
      wrap: true,
      value: ({ plan }) => plan,
      render: ({ plan, option, risk }) => (
        <>
          <Link to="/risk/$id" params={{ id: risk }}>
            {plan}
          </Link>
          <div className="quiet">{t(`risks.option.${option}`)}</div>
        </>
      ),
    },
    { key: 'owner', title: t('risks.owner'), value: ({ owner }) => owner, render: ({ owner }) => owner },
    {
      key: 'due',
      title: t('risks.due'),
      value: ({ due }) => (due === null ? '' : format.day(due)),
      render: ({ due, overdue }) =>
        due === null ? (
          <span className="quiet">–</span>
        ) : overdue ? (
          <Status tone="danger">{format.day(due)}</Status>
        ) : (
          format.day(due)
        ),
    },
    {
      key: 'cost',
      title: t('risks.cost'),
      numeric: true,
      value: ({ cost }) => cost,
      render: ({ cost }) => (cost === null ? '–' : format.number(cost)),
    },
    {
      key: 'score',
      title: t('risks.thenNow'),
      value: ({ scoreThen, score }) => `${scoreThen} → ${score ?? ''}`,
      render: ({ scoreThen, score, residual }) => (
        <span className="figures">
          {format.number(scoreThen)} → {score === null ? '–' : format.number(score)}
          {residual === null ? null : <span className="quiet"> {t('risks.aim', { residual: format.number(residual) })}</span>}
        </span>
      ),
    },
    {
      key: 'state',
      title: t('risks.stateTitle'),
      value: ({ state }) => t(`risks.treatment.${state}`),
      render: ({ state }) => <Status tone={state === 'done' ? 'safe' : 'quiet'}>{t(`risks.treatment.${state}`)}</Status>,
    },
    ...(may(changeTreatment)
      ? [
          {
            key: 'act',
            title: t('risks.act'),
            plain: true,
            render: (row: Plan) => (
              <Button size="small" onClick={() => setChanging(row)} aria-label={t('risks.editOf', { name: row.plan })}>
                {t('risks.edit')}
              </Button>
            ),
          },
        ]
      : []),
  ];
  return (
    <Panel
      flush
      title={t('risks.plans')}
      note={t('risks.plansNote')}
      actions={<ExportButton name="menshen-treatments" columns={columns} rows={plans} />}
    >
      <DataTable
        caption={t('risks.plans')}
        columns={columns}
        rows={plans}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('risks.noPlans')}>{t('risks.noPlansText')}</EmptyState>}
      />
      {changing === null ? null : <TreatmentDialog risk={changing.risk} known={changing} close={() => setChanging(null)} />}
    </Panel>
  );
}

function Acceptances({ acceptances }: Pick<Data, 'acceptances'>) {
  const { t, format } = useLanguage();
  const may = useMay();
  const [revoking, setRevoking] = useState<Accepted | null>(null);
  const revoke = useAction(revokeAcceptance, [listTreatments]);
  const columns: readonly Column<Accepted>[] = [
    {
      key: 'reason',
      title: t('risks.reason'),
      grow: true,
      wrap: true,
      value: ({ reason }) => reason,
      render: ({ reason, risk, acceptedBy, approver }) => (
        <>
          <Link to="/risk/$id" params={{ id: risk }}>
            {reason}
          </Link>
          <div className="quiet">{approver === null ? acceptedBy : t('risks.byTwo', { by: acceptedBy, approver })}</div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('risks.stateTitle'),
      value: ({ state }) => t(`risks.acceptance.${state}`),
      render: ({ state }) => <Status tone={tones[state]}>{t(`risks.acceptance.${state}`)}</Status>,
    },
    {
      key: 'score',
      title: t('risks.acceptedNow'),
      value: ({ score, now }) => `${score} / ${now ?? ''}`,
      render: ({ score, now }) => (
        <span className="figures">
          {format.number(score)} / {now === null ? '–' : format.number(now)}
        </span>
      ),
    },
    { key: 'until', title: t('risks.ends'), value: ({ until }) => format.day(until), render: ({ until }) => format.day(until) },
    ...(may(revokeAcceptance)
      ? [
          {
            key: 'act',
            title: t('risks.act'),
            plain: true,
            render: (row: Accepted) =>
              row.state === 'revoked' ? null : (
                <Button
                  size="small"
                  danger
                  onClick={() => setRevoking(row)}
                  aria-label={t('risks.revokeOf', { reason: row.reason })}
                >
                  {t('risks.revoke')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <Panel flush title={t('risks.acceptances')} note={t('risks.acceptancesNote')}>
      <DataTable
        caption={t('risks.acceptances')}
        columns={columns}
        rows={acceptances}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('risks.noAcceptances')}>{t('risks.noAcceptancesText')}</EmptyState>}
      />
      <RevokeDialog
        target={revoking}
        revoke={revoke}
        title={t('risks.revoke')}
        consequence={t('risks.revokeText')}
        onClose={() => setRevoking(null)}
      />
    </Panel>
  );
}
