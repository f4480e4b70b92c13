import { type DetectionRule, getDetections, tuneDetection } from '@menshen/contract';
import { Button, InputNumber } from 'antd';
import { useState } from 'react';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Field } from '../../ds/field.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { DaysField, dayMs, defaultDays } from './days-field.tsx';

/** Every rule with how often it was right, those with the most alerts first. */
export function RulesPanel({ rules }: { readonly rules: readonly DetectionRule[] }) {
  const { t, language } = useLanguage();
  const [tuning, setTuning] = useState<DetectionRule | null>(null);
  const [factor, setFactor] = useState(2);
  const [days, setDays] = useState(defaultDays);
  const tune = useAction(tuneDetection, [getDetections]);
  const columns = useColumns(setTuning);
  const rows = [...rules].sort((a, b) => b.alerts - a.alerts || a.title[language].localeCompare(b.title[language]));
  const done = (): void => {
    tune.reset();
    setTuning(null);
  };
  return (
    <Panel
      flush
      title={t('alerts.rules')}
      note={t('alerts.judgeNote')}
      actions={<ExportButton name="menshen-detections" columns={columns} rows={rows} />}
    >
      <DataTable caption={t('alerts.rules')} columns={columns} rows={rows} rowKey={({ rule }) => rule} empty={null} />
      <ConfirmDialog
        open={tuning !== null}
        title={t('alerts.tuneOf', { title: tuning?.title[language] ?? '' })}
        consequence={t('alerts.tuneText')}
        confirm={t('alerts.tune')}
        reasonLength={4}
        busy={tune.isPending}
        error={tune.error}
        onConfirm={(reason) => {
          if (tuning !== null)
            tune.mutate(
              { body: { rule: tuning.rule, factor, reason, expiresAt: Date.now() + days * dayMs } },
              { onSuccess: done },
            );
        }}
        onClose={done}
      >
        <Field label={t('alerts.factor')} hint={t('alerts.factorHint')}>
          {(wiring) => (
            <InputNumber {...wiring} min={0.25} max={20} step={0.25} value={factor} onChange={(next) => setFactor(next ?? 1)} />
          )}
        </Field>
        <DaysField days={days} change={setDays} />
      </ConfirmDialog>
    </Panel>
  );
}

function useColumns(tune: (rule: DetectionRule) => void): readonly Column<DetectionRule>[] {
  const { t, format, language } = useLanguage();
  const may = useMay();
  const precisionOf = ({ precision, ...counts }: DetectionRule): string =>
    precision === null
      ? t('alerts.notJudged')
      : t('alerts.precisionOf', {
          percent: format.percent(precision),
          true: counts.true,
          expected: counts.expected,
          false: counts.false,
        });
  return [
    {
      key: 'rule',
      title: t('alerts.rule'),
      grow: true,
      value: ({ rule }) => rule,
      render: ({ rule, title }) => (
        <>
          {title[language]} <code className="quiet">{rule}</code>
        </>
      ),
    },
    {
      key: 'count',
      title: t('alerts.count'),
      value: ({ alerts }) => String(alerts),
      render: ({ alerts }) => format.number(alerts),
    },
    {
      key: 'precision',
      title: t('alerts.precision'),
      value: precisionOf,
      render: (rule) => (
        <Status
          tone={rule.precision === null ? 'quiet' : rule.precision >= 0.8 ? 'safe' : rule.precision >= 0.5 ? 'warning' : 'danger'}
        >
          {precisionOf(rule)}
        </Status>
      ),
    },
    {
      key: 'threshold',
      title: t('alerts.threshold'),
      value: ({ factor }) => String(factor),
      render: ({ factor }) =>
        factor === 1 ? (
          <span className="quiet">{t('alerts.thresholdShipped')}</span>
        ) : (
          t('alerts.thresholdTimes', { factor: format.number(factor) })
        ),
    },
    {
      key: 'tune',
      title: t('alerts.tune'),
      plain: true,
      render: (rule) =>
        may(tuneDetection) ? (
          <Button size="small" aria-label={t('alerts.tuneOf', { title: rule.title[language] })} onClick={() => tune(rule)}>
            {t('alerts.tune')}
          </Button>
        ) : null,
    },
  ];
}
