import { changeFindings, type FindingView } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ChangeDialog, type ChangeKind } from './change-dialog.tsx';
import styles from './findings.module.css';
import { DueMark, FindingSeverityMark, Place, placeOf, StateMark } from './marks.tsx';

const bulkKinds: readonly ChangeKind[] = ['owner', 'due', 'confirmed', 'false_positive', 'accepted'];

interface FindingsTableProps {
  readonly findings: readonly FindingView[];
  readonly owners: readonly string[];
  readonly now: number;
  readonly empty: React.ReactNode;
}

/** Findings one by one, and what can be done to several at once. */
export function FindingsTable({ findings, owners, now, empty }: FindingsTableProps) {
  const { t } = useLanguage();
  const may = useMay();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [kind, setKind] = useState<ChangeKind | null>(null);
  const selected = findings.filter(({ id }) => chosen.has(id));
  const toggle = (id: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const columns = useFindingColumns(now, may(changeFindings) ? { chosen, toggle } : null);
  return (
    <>
      {selected.length === 0 ? null : (
        <div className={styles.bulk} role="toolbar" aria-label={t('findings.bulk')}>
          <strong>{t('findings.selected', { count: selected.length })}</strong>
          {bulkKinds.map((one) => (
            <Button key={one} size="small" onClick={() => setKind(one)}>
              {t(`findings.do.${one}`)}
            </Button>
          ))}
          <Button size="small" type="text" onClick={() => setChosen(new Set())}>
            {t('findings.unselect')}
          </Button>
        </div>
      )}
      <DataTable caption={t('findings.list')} columns={columns} rows={findings} rowKey={({ id }) => id} empty={empty} />
      <ChangeDialog
        kind={kind}
        findings={selected}
        owners={owners}
        close={(changed) => {
          setKind(null);
          if (changed) setChosen(new Set());
        }}
      />
    </>
  );
}

interface Selecting {
  readonly chosen: ReadonlySet<string>;
  readonly toggle: (id: string, on: boolean) => void;
}

export function useFindingColumns(now: number, selecting: Selecting | null): readonly Column<FindingView>[] {
  const { t, format, language } = useLanguage();
  const title: Column<FindingView> = {
    key: 'finding',
    title: t('findings.finding'),
    grow: true,
    wrap: true,
    plain: true,
    value: (row) => `${row.rule} ${row.title[language]}`,
    render: (row) => (
      <>
        {selecting === null ? null : (
          <Checkbox
            checked={selecting.chosen.has(row.id)}
            onChange={(event) => selecting.toggle(row.id, event.target.checked)}
            aria-label={t('findings.selectOf', { title: `${row.title[language]} ${placeOf(row)}` })}
          />
        )}{' '}
        <Link to="/findings/$id" params={{ id: row.id }}>
          {row.title[language]}
        </Link>
        <div>
          <Place finding={row} />
        </div>
      </>
    ),
  };
  return [
    title,
    {
      key: 'severity',
      title: t('findings.severity'),
      value: (row) => row.severity,
      render: (row) => <FindingSeverityMark severity={row.severity} />,
    },
    {
      key: 'state',
      title: t('findings.state'),
      value: (row) => t(`findings.state.${row.state}`),
      render: (row) => <StateMark finding={row} />,
    },
    {
      key: 'owner',
      title: t('findings.owner'),
      value: (row) => row.owner,
      render: (row) => row.owner ?? <span className="quiet">{t('findings.noOwner')}</span>,
    },
    {
      key: 'due',
      title: t('findings.due'),
      value: (row) => (row.due === null ? null : format.dateTime(row.due)),
      render: (row) => <DueMark finding={row} now={now} />,
    },
    {
      key: 'project',
      title: t('findings.project'),
      wideOnly: true,
      value: (row) => `${row.app}/${row.project}`,
      render: (row) => (
        <span className="quiet no-wrap">
          {row.app}/{row.project}
        </span>
      ),
    },
    { key: 'place', title: t('findings.place'), exportOnly: true, value: placeOf, render: () => null },
    { key: 'rule', title: t('findings.rule'), exportOnly: true, value: (row) => row.rule, render: () => null },
    {
      key: 'cwe',
      title: 'CWE',
      exportOnly: true,
      value: (row) => row.cwe.map((number) => `CWE-${number}`).join(' '),
      render: () => null,
    },
  ];
}
