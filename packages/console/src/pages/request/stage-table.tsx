import type { StageDecision, StageVerdict } from '@menshen/contract';
import type { ReactNode } from 'react';
import { Reason } from '../../components/reason.tsx';
import { classNames } from '../../ds/class-names.ts';
import { DataTable } from '../../ds/data-table.tsx';
import { RefusedIcon, SafeIcon, SkippedIcon, WatchIcon } from '../../ds/icon.ts';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { type StageSpan, stageSpans } from './stage-spans.ts';
import styles from './stage-table.module.css';
import { whereWords } from './where-words.ts';

const looks: Readonly<Record<StageVerdict, readonly [Tone, ReactNode]>> = {
  pass: ['safe', <SafeIcon key="pass" aria-hidden="true" />],
  refuse: ['danger', <RefusedIcon key="refuse" aria-hidden="true" />],
  would_refuse: ['warning', <WatchIcon key="would_refuse" aria-hidden="true" />],
  skip: ['quiet', <SkippedIcon key="skip" aria-hidden="true" />],
};

interface StageTableProps {
  readonly stages: readonly StageDecision[];
  readonly backendMicros: number | null;
}

/** The way through the gateway, stage by stage, with the time of each as a bar that starts where the one before it ended. */
export function StageTable({ stages, backendMicros }: StageTableProps) {
  const { t, format } = useLanguage();
  const rows = stageSpans(stages);
  const time = (row: StageSpan): string => {
    if (row.verdict === 'skip') return '–';
    return format.micros(row.micros);
  };
  return (
    <DataTable
      caption={t('request.stages')}
      rows={rows}
      rowKey={(row) => row.stage}
      columns={[
        {
          key: 'stage',
          title: t('stage.column'),
          render: (row) => (
            <div className={styles.stage}>
              <span className={row.verdict === 'skip' ? 'quiet' : styles.name}>
                {row.place}. {t(`stage.${row.stage}`)}
              </span>
              <span className={styles.hint}>{t(`stage.${row.stage}.hint`)}</span>
            </div>
          ),
        },
        {
          key: 'verdict',
          title: t('stage.verdict'),
          width: 112,
          plain: true,
          render: (row) => (
            <Status tone={looks[row.verdict][0]} icon={looks[row.verdict][1]}>
              {t(`verdict.${row.verdict}`)}
            </Status>
          ),
        },
        {
          key: 'why',
          title: t('column.reason'),
          grow: true,
          plain: true,
          render: (row) => <Why row={row} backendMicros={row.stage === 'forward' ? backendMicros : null} />,
        },
        {
          key: 'bar',
          title: t('stage.time'),
          width: 220,
          wideOnly: true,
          render: (row) => (
            <span className={styles.track} aria-hidden="true">
              {row.verdict === 'skip' ? null : (
                <span
                  className={classNames(styles.bar, styles[row.verdict])}
                  style={{ insetInlineStart: `${row.start * 100}%`, inlineSize: `${row.share * 100}%` }}
                />
              )}
            </span>
          ),
        },
        { key: 'micros', title: t('column.latency'), width: 88, numeric: true, render: time },
      ]}
    />
  );
}

function Why({ row, backendMicros }: { readonly row: StageSpan; readonly backendMicros: number | null }) {
  const { t, language, format } = useLanguage();
  if (row.code === null && row.where === null && backendMicros === null) return null;
  return (
    <div className={styles.why}>
      {row.code === null ? null : (
        <span>
          <Reason code={row.code} withCode />
        </span>
      )}
      {row.where === null ? null : (
        <span className="quiet">{t('stage.where', { where: whereWords(row.where, { t, language }) })}</span>
      )}
      {backendMicros === null ? null : (
        <span className="quiet">{t('stage.backend', { time: format.micros(backendMicros) })}</span>
      )}
    </div>
  );
}
