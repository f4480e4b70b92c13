import { isReopenable, type Measured, type MeasureView, measureWords, targetWords } from '@menshen/contract';
import { Button } from 'antd';
import { ActorName } from '../../components/people/actor-name.tsx';
import type { Column } from '../../ds/data-table.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './containment.module.css';
import { MeasureReason } from './measure-reason.tsx';

const soonMs = 10 * 60_000;
const tones = { active: 'danger', working: 'warning', lifted: 'quiet', expired: 'quiet', done: 'safe' } as const;

/** Kind and target as the contract knows them together. */
const measuredOf = ({ kind, target }: MeasureView): Measured => ({ kind, target }) as Measured;

/** What may be done with a measure that stands. */
export interface MeasureActs {
  readonly lift: (measure: MeasureView) => void;
  readonly reopen: (measure: MeasureView) => void;
}

/** Columns of measures. `acts` null where the viewer may not, or there is nothing to take back. */
export function useMeasureColumns(now: number, acts: MeasureActs | null): readonly Column<MeasureView>[] {
  const { t, format, language } = useLanguage();
  const wordsOf = (row: MeasureView): string => targetWords(measuredOf(row))[language];
  return [
    {
      key: 'measure',
      title: t('containment.measure'),
      grow: true,
      wrap: true,
      value: (row) => `${measureWords[row.kind].name[language]} ${wordsOf(row)}`,
      render: (row) => (
        <>
          <strong>{measureWords[row.kind].name[language]}</strong> {wordsOf(row)}
          <div className="quiet">
            <MeasureReason reason={row.reason} />
          </div>
        </>
      ),
    },
    {
      key: 'state',
      title: t('containment.state'),
      value: (row) => t(`containment.state.${row.state}`),
      render: (row) => (
        <span className="no-wrap">
          <Status tone={tones[row.state]}>{t(`containment.state.${row.state}`)}</Status>
        </span>
      ),
    },
    {
      key: 'until',
      title: t('containment.until'),
      value: (row) => format.dateTime(row.endedAt ?? row.until),
      render: (row) => {
        if (row.endedAt !== null)
          return (
            <span className="no-wrap" title={row.endReason ?? undefined}>
              {format.dateTime(row.endedAt)}{' '}
              {row.endedBy === null || row.endedBy === 'clock' ? null : <span className="quiet">{row.endedBy}</span>}
            </span>
          );
        const left = format.relative(row.until, now);
        return (
          <span className="no-wrap" title={format.dateTime(row.until)}>
            {row.until - now < soonMs ? <Status tone="warning">{left}</Status> : left}
          </span>
        );
      },
    },
    {
      key: 'by',
      title: t('containment.by'),
      value: (row) => [row.by, row.approvedBy].filter((name) => name !== null).join(' '),
      render: (row) => (
        <span title={format.dateTime(row.since)}>
          <ActorName name={row.by} />
          {row.approvedBy === null ? null : <div className="quiet">{t('containment.approvedBy', { name: row.approvedBy })}</div>}
          {row.forced ? (
            <div>
              <Status tone="danger">{t('containment.forced')}</Status>
            </div>
          ) : null}
        </span>
      ),
    },
    {
      key: 'stopped',
      title: t('containment.stopped'),
      numeric: true,
      value: (row) => row.stopped,
      render: (row) => (
        <>
          {t('containment.stoppedCount', { count: row.stopped })}
          {row.done === 0 ? null : <div className="quiet">{t(`containment.done.${doneOf(row)}`, { count: row.done })}</div>}
        </>
      ),
    },
    {
      key: 'act',
      title: t('column.act'),
      plain: true,
      render: (row) => {
        if (acts === null || row.state !== 'active') return <span className="quiet">–</span>;
        const measure = `${measureWords[row.kind].name[language]} ${wordsOf(row)}`;
        return (
          <span className={styles.acts}>
            {isReopenable(row.kind) && row.reopening === null ? (
              <Button onClick={() => acts.reopen(row)} aria-label={t('reopening.beginOf', { measure })}>
                {t('reopening.begin')}
              </Button>
            ) : null}
            <Button onClick={() => acts.lift(row)} aria-label={t('containment.liftOf', { measure })}>
              {t('containment.lift')}
            </Button>
          </span>
        );
      },
    },
  ];
}

/** What an act counts. */
function doneOf({ kind }: MeasureView): 'sessions' | 'keys' | 'secrets' | 'tokens' {
  if (kind === 'rotate_secret') return 'secrets';
  return kind === 'rotate_keys' ? 'keys' : kind === 'revoke_tokens' ? 'tokens' : 'sessions';
}
