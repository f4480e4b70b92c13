import { changeInspection, getInspection, replayInspection } from '@menshen/contract';
import { Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ReplayReport } from '../../components/replay-report.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './inspection.module.css';
import type { Inspection } from './model.ts';

type Row = Inspection['rules'][number];

/** Rules that did something or were spoken of, those reported as wrong first; their points can be set, after a look at what that would change. */
export function RulesPanel({ inspection }: { readonly inspection: Inspection }) {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const [planned, setPlanned] = useState<Row | null>(null);
  const [weight, setWeight] = useState<number | null>(null);
  const change = useAction(changeInspection, [getInspection]);
  const replay = useAction(replayInspection);
  const rows = inspection.rules
    .filter((row) => row.hits + row.falsePositives + row.attacks > 0 || row.inForce !== row.weight)
    .sort((a, b) => b.falsePositives - a.falsePositives || b.hits - a.hits);
  const changeOf = (rule: string) => ({ rules: [{ rule, weight }] });
  const done = (): void => {
    change.reset();
    replay.reset();
    setPlanned(null);
  };
  const columns: readonly Column<Row>[] = [
    {
      key: 'rule',
      title: t('inspection.rule'),
      width: 220,
      wrap: true,
      value: (row) => row.rule,
      render: (row) => <code>{row.rule}</code>,
    },
    {
      key: 'meaning',
      title: t('inspection.meaning'),
      grow: true,
      wrap: true,
      value: (row) => row.text[language],
      render: (row) => row.text[language],
    },
    {
      key: 'falsePositives',
      title: t('inspection.falsePositives'),
      numeric: true,
      value: (row) => row.falsePositives,
      render: (row) => format.number(row.falsePositives),
    },
    {
      key: 'hits',
      title: t('inspection.hits'),
      numeric: true,
      value: (row) => row.hits,
      render: (row) => format.number(row.hits),
    },
    {
      key: 'points',
      title: t('inspection.points'),
      numeric: true,
      value: (row) => row.inForce,
      render: (row) =>
        row.inForce === row.weight
          ? format.number(row.weight)
          : t('inspection.pointsSet', { points: format.number(row.inForce), calibrated: format.number(row.weight) }),
    },
    {
      key: 'act',
      title: t('column.act'),
      plain: true,
      render: (row) =>
        may(changeInspection) ? (
          <Button
            aria-label={t('inspection.adjustOf', { rule: row.rule })}
            onClick={() => {
              setWeight(row.inForce === row.weight ? null : row.inForce);
              setPlanned(row);
            }}
          >
            {t('inspection.adjust')}
          </Button>
        ) : (
          <span className="quiet">–</span>
        ),
    },
  ];
  return (
    <Panel
      flush
      title={t('inspection.rules')}
      note={t('inspection.rulesNote')}
      actions={<ExportButton name="menshen-inspection-rules" columns={columns} rows={rows} />}
    >
      <DataTable
        caption={t('inspection.rules')}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.rule}
        empty={<EmptyState title={t('inspection.none')}>{t('inspection.noneText')}</EmptyState>}
      />
      <ConfirmDialog
        open={planned !== null}
        title={planned === null ? '' : t('inspection.adjustOf', { rule: planned.rule })}
        consequence={t('inspection.adjustText')}
        confirm={t('inspection.publish')}
        reasonLength={4}
        busy={change.isPending}
        error={change.error}
        onConfirm={(reason) => {
          if (planned !== null)
            change.mutate({ body: { ...changeOf(planned.rule), from: inspection.version, reason } }, { onSuccess: done });
        }}
        onClose={done}
      >
        {planned === null ? null : (
          <div className={styles.form}>
            <Field
              label={t('inspection.weight')}
              hint={t('inspection.weightHint', { calibrated: format.number(planned.weight) })}
            >
              {(wiring) => (
                <InputNumber
                  {...wiring}
                  min={0}
                  max={20}
                  step={0.5}
                  value={weight}
                  onChange={(next) => {
                    setWeight(next);
                    replay.reset();
                  }}
                />
              )}
            </Field>
            <div>
              <Button loading={replay.isPending} onClick={() => replay.mutate({ body: changeOf(planned.rule) })}>
                {t('inspection.replay')}
              </Button>
            </div>
            <ReplayReport replay={replay} />
          </div>
        )}
      </ConfirmDialog>
    </Panel>
  );
}
