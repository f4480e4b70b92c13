import { type RiskChange, type RiskComparison, riskWhatIf } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';
import type { Steps } from './steps-panel.tsx';

/** Controls that people switch on, and the tags of routes that they are switched on for. */
const controls = [
  ...([
    'second_factor',
    'schema',
    'rate_limit',
    'masking',
    'request_signing',
    'encrypted_channel',
    'inspection',
    'field_encryption',
  ] as const),
  ...([
    'backup_drill',
    'admin_second_factor',
    'separation',
    'release_signing',
    'source_scan',
    'backend_tls',
    'gateway_tls',
  ] as const),
  ...(['training', 'directory_sync', 'detection', 'notices', 'log_witness'] as const),
] as const;
const places = ['everywhere', 'export', 'personal', 'money', 'write', 'read', 'public'] as const;

/** What if: a change, and every risk that it moves. Computed by the function that computes the risks themselves; nothing is stored. */
export function WhatIfPanel({ steps }: { readonly steps: Steps }) {
  const { t, language } = useLanguage();
  const [control, setControl] = useState<(typeof controls)[number]>('second_factor');
  const [place, setPlace] = useState<(typeof places)[number]>('personal');
  const tried = useAction(riskWhatIf);
  const compute = (changes: readonly RiskChange[]): void => tried.mutate({ body: { changes: [...changes] } });
  const own: RiskChange = {
    ...{ kind: 'control', control, on: true },
    where: place === 'everywhere' ? { everywhere: true } : { tag: place, app: null },
  };
  return (
    <>
      <Panel title={t('risks.whatIf')} note={t('risks.whatIfNote')}>
        <div className={styles.filters}>
          <Field label={t('risks.control')}>
            {(wiring) => (
              <Select
                {...wiring}
                style={{ minWidth: 240 }}
                value={control}
                onChange={setControl}
                options={controls.map((value) => ({ value, label: t(`risks.control.${value}`) }))}
              />
            )}
          </Field>
          <Field label={t('risks.where')}>
            {(wiring) => (
              <Select
                {...wiring}
                style={{ minWidth: 220 }}
                value={place}
                onChange={setPlace}
                options={places.map((value) => ({ value, label: t(`risks.where.${value}`) }))}
              />
            )}
          </Field>
          <Button type="primary" loading={tried.isPending} onClick={() => compute([own])}>
            {t('risks.compute')}
          </Button>
        </div>
        {steps.length === 0 ? null : (
          <>
            <p className="quiet">{t('risks.orTry')}</p>
            <div className={styles.filters}>
              {steps.map(({ title, changes }) => (
                <Button key={title.en} size="small" className={styles.long ?? ''} onClick={() => compute(changes)}>
                  {title[language]}
                </Button>
              ))}
            </div>
          </>
        )}
        {tried.error === null ? null : <ErrorState error={tried.error} />}
      </Panel>
      {tried.data === undefined ? null : <ComparisonPanel title={t('risks.outcome')} comparison={tried.data} />}
    </>
  );
}

/** Risks before and after, those first that changed most. */
export function ComparisonPanel({
  title,
  comparison,
  note,
}: {
  readonly title: string;
  readonly comparison: RiskComparison;
  readonly note?: string;
}) {
  const { t, language, format } = useLanguage();
  const { lower, higher, added, gone, total, changed } = comparison;
  const said = (score: number | null): string => (score === null ? '–' : format.number(score));
  const columns: readonly Column<RiskComparison['changed'][number]>[] = [
    {
      key: 'risk',
      title: t('risks.risk'),
      grow: true,
      wrap: true,
      value: ({ threat, asset }) => `${threat[language]} · ${asset[language]}`,
      render: ({ id, threat, asset }) => (
        <Link to="/risk/$id" params={{ id }}>
          <strong>{threat[language]}</strong> · {asset[language]}
        </Link>
      ),
    },
    {
      key: 'before',
      title: t('risks.before'),
      numeric: true,
      value: ({ before }) => before,
      render: ({ before }) => said(before),
    },
    {
      key: 'after',
      title: t('risks.after'),
      numeric: true,
      value: ({ after }) => after,
      render: ({ after }) => <strong>{said(after)}</strong>,
    },
  ];
  return (
    <>
      <Metrics>
        <Metric label={t('risks.total')} value={`${format.number(total.before)} → ${format.number(total.after)}`} />
        <Metric label={t('risks.lower')} value={format.number(lower + gone)} />
        <Metric label={t('risks.higher')} value={format.number(higher + added)} />
      </Metrics>
      <Panel
        flush
        title={title}
        {...(note === undefined ? {} : { note })}
        actions={<ExportButton name="menshen-risk-comparison" columns={columns} rows={changed} />}
      >
        <DataTable
          caption={title}
          columns={columns}
          rows={changed}
          rowKey={({ id }) => id}
          empty={<EmptyState title={t('risks.noChange')}>{t('risks.noChangeText')}</EmptyState>}
        />
      </Panel>
    </>
  );
}
