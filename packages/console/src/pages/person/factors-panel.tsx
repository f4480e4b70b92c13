import {
  createEnrolmentCode,
  type FactorView,
  getPerson,
  listPersonFactors,
  type Person,
  removePersonFactor,
  unlockPersonFactor,
} from '@menshen/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { EnrolmentDialog } from './enrolment-dialog.tsx';

type Chosen = { readonly act: 'remove' | 'unlock'; readonly factor: FactorView };

/** The second factors of a person, which an administrator can take away or unlock, never see. */
export function PersonFactorsPanel({ person }: { readonly person: Person }) {
  const { t } = useLanguage();
  const may = useMay();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [issuing, setIssuing] = useState(false);
  const factors = useEndpoint(listPersonFactors, { input: { params: { uid: person.uid } } });
  const columns = useFactorColumns(may(removePersonFactor) ? setChosen : null);
  return (
    <Panel
      flush
      title={t('factors.title')}
      note={factors.data === undefined ? undefined : t('factors.note', { count: factors.data.knownDevices })}
      actions={may(createEnrolmentCode) ? <Button onClick={() => setIssuing(true)}>{t('enrolment.title')}</Button> : undefined}
    >
      <Loadable query={factors} lines={3}>
        {(data) => (
          <DataTable
            caption={t('factors.title')}
            columns={columns}
            rows={data.factors}
            rowKey={(row) => row.kind}
            empty={<EmptyState title={t('factors.none')}>{t('factors.noneText')}</EmptyState>}
          />
        )}
      </Loadable>
      <FactorDialog person={person} chosen={chosen} close={() => setChosen(null)} />
      <EnrolmentDialog uid={person.uid} open={issuing} close={() => setIssuing(false)} />
    </Panel>
  );
}

function useFactorColumns(choose: ((chosen: Chosen) => void) | null): readonly Column<FactorView>[] {
  const { t, format } = useLanguage();
  return [
    { key: 'kind', title: t('factors.kind'), width: 120, render: (row) => t(`factor.kind.${row.kind}`) },
    {
      key: 'label',
      title: t('factors.label'),
      grow: true,
      render: (row) =>
        row.remaining !== null ? t('factors.remaining', { count: row.remaining }) : row.label === '' ? '–' : row.label,
    },
    {
      key: 'state',
      title: t('column.personStatus'),
      plain: true,
      render: (row) => (
        <span title={row.failures > 0 ? t('factors.failures', { count: row.failures }) : undefined}>
          <FactorState factor={row} />
        </span>
      ),
    },
    {
      key: 'created',
      title: t('factors.created'),
      wideOnly: true,
      render: (row) => <span className="figures no-wrap">{format.minute(row.created)}</span>,
    },
    {
      key: 'lastUsed',
      title: t('factors.lastUsed'),
      render: (row) =>
        row.lastUsed === null ? (
          <span className="quiet">{t('factors.never')}</span>
        ) : (
          <span className="figures no-wrap">{format.minute(row.lastUsed)}</span>
        ),
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 160,
      plain: true,
      render: (row) =>
        choose === null ? (
          '–'
        ) : (
          <span className="no-wrap">
            {row.state === 'active' ? null : (
              <>
                <Button
                  onClick={() => choose({ act: 'unlock', factor: row })}
                  aria-label={t('factors.unlockOf', { kind: t(`factor.kind.${row.kind}`) })}
                >
                  {t('factors.unlock')}
                </Button>{' '}
              </>
            )}
            <Button
              onClick={() => choose({ act: 'remove', factor: row })}
              aria-label={t('factors.removeOf', { kind: t(`factor.kind.${row.kind}`) })}
            >
              {t('factors.remove')}
            </Button>
          </span>
        ),
    },
  ];
}

function FactorState({ factor }: { readonly factor: FactorView }) {
  const { t, format } = useLanguage();
  if (factor.state === 'active') return <Status tone="safe">{t('factors.active')}</Status>;
  if (factor.state === 'disabled') return <Status tone="danger">{t('factors.disabled')}</Status>;
  return <Status tone="warning">{t('factors.locked', { time: format.hour(factor.lockedUntil ?? 0) })}</Status>;
}

interface FactorDialogProps {
  readonly person: Person;
  readonly chosen: Chosen | null;
  readonly close: () => void;
}

function FactorDialog({ person, chosen, close }: FactorDialogProps) {
  const { t } = useLanguage();
  const stale = [listPersonFactors, getPerson];
  const remove = useAction(removePersonFactor, stale);
  const unlock = useAction(unlockPersonFactor, stale);
  if (chosen === null) return null;
  const { act, factor } = chosen;
  const run = act === 'remove' ? remove : unlock;
  const done = (): void => {
    remove.reset();
    unlock.reset();
    close();
  };
  const kind = t(`factor.kind.${factor.kind}`);
  const name = person.name === '' ? person.uid : person.name;
  return (
    <ConfirmDialog
      open
      title={t(`factors.${act}Of`, { kind })}
      consequence={t(`factors.${act}Text`, { name, kind })}
      confirm={t(`factors.${act}`)}
      danger
      reasonLength={4}
      busy={run.isPending}
      error={run.error}
      onConfirm={(reason) =>
        run.mutate({ params: { uid: person.uid, kind: factor.kind }, body: { reason } }, { onSuccess: done })
      }
      onClose={done}
    />
  );
}
