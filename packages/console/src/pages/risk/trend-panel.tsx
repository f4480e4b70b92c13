import { getTrend, type TrendMark } from '@menshen/contract';
import { Select } from 'antd';
import { useMemo, useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useServerEvents } from '../../api/events.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { TrendView } from '../../components/charts/trend-view.tsx';
import { PathLink } from '../../components/path-link.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status, type Tone } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './risk.module.css';

const spans = [30, 90, 365] as const;
/** Marks that are drawn: those that moved the sum most. */
const drawnMarks = 8;
type Trend = Output<typeof getTrend>;

const tones: Readonly<Record<TrendMark['kind'], Tone>> = {
  ...{ mended: 'safe', control_on: 'safe', threat_down: 'safe', asset_gone: 'quiet', asset_new: 'quiet' },
  ...{ found: 'warning', control_stale: 'warning', control_off: 'warning', threat_up: 'warning' },
  ...{ importance: 'quiet', method: 'quiet' },
};

/** Risk by the day, and what changed it. */
export function TrendPanel() {
  const { t, language } = useLanguage();
  const [subject, setSubject] = useState('all');
  const [days, setDays] = useState<number>(90);
  const trend = useEndpoint(getTrend, { input: { query: { subject, days: String(days) } }, keep: true });
  useServerEvents((event) => {
    if (event.kind === 'risk') void trend.refetch();
  });
  return (
    <Loadable query={trend} lines={12}>
      {(data) => (
        <>
          <Panel
            title={t('trend.title')}
            note={t('trend.note')}
            actions={
              <div className={styles.filters}>
                <Select
                  aria-label={t('trend.subject')}
                  value={subject}
                  onChange={setSubject}
                  options={data.subjects.map(({ id, name }) => ({ value: id, label: name[language] }))}
                  style={{ minInlineSize: 160 }}
                />
                <Select
                  aria-label={t('trend.span')}
                  value={days}
                  onChange={setDays}
                  options={spans.map((value) => ({ value, label: t('trend.days', { count: value }) }))}
                />
              </div>
            }
          >
            <Course data={data} />
          </Panel>
          <Causes marks={data.marks} />
        </>
      )}
    </Loadable>
  );
}

function Course({ data }: { readonly data: Trend }) {
  const { t, format } = useLanguage();
  const { days, marks } = data;
  const times = useMemo(() => days.map(({ at }) => at), [days]);
  const drawn = useMemo(() => {
    const at = new Map(days.map((one, index) => [format.day(one.at), index]));
    return numbered(marks).flatMap(({ mark, number }) => {
      const index = at.get(format.day(mark.at));
      return index === undefined ? [] : [{ at: index, label: String(number) }];
    });
  }, [days, marks, format]);
  const total = useMemo(
    () => [{ name: t('trend.total'), tone: 'ink' as const, values: days.map((one) => one.total) }],
    [days, t],
  );
  const high = useMemo(
    () => [
      { name: t('trend.high'), tone: 'amber' as const, values: days.map(({ levels }) => (levels[3] ?? 0) + (levels[4] ?? 0)) },
      { name: t('trend.veryHigh'), tone: 'cinnabar' as const, values: days.map(({ levels }) => levels[4] ?? 0) },
    ],
    [days, t],
  );
  if (days.length < 2) return <EmptyState title={t('trend.none')}>{t('trend.noneText')}</EmptyState>;
  return (
    <div className={styles.charts}>
      <TrendView caption={t('trend.total')} times={times} series={total} marks={drawn} />
      <TrendView caption={t('trend.high')} times={times} series={high} />
    </div>
  );
}

/** The marks that moved the sum most, numbered by their time. */
function numbered(marks: readonly TrendMark[]): readonly { readonly mark: TrendMark; readonly number: number }[] {
  return [...marks]
    .sort((a, b) => Math.abs(b.effect ?? 0) - Math.abs(a.effect ?? 0))
    .slice(0, drawnMarks)
    .sort((a, b) => a.at - b.at)
    .map((mark, index) => ({ mark, number: index + 1 }));
}

function Causes({ marks }: { readonly marks: readonly TrendMark[] }) {
  const { t, language, format } = useLanguage();
  const numbers = new Map(numbered(marks).map(({ mark, number }) => [mark, number]));
  const signed = (effect: number): string => `${effect > 0 ? '+' : ''}${format.number(effect)}`;
  const columns: readonly Column<TrendMark>[] = [
    {
      ...{ key: 'number', title: t('trend.number'), numeric: true },
      value: (mark) => numbers.get(mark) ?? '',
      render: (mark) => numbers.get(mark) ?? '',
    },
    {
      ...{ key: 'at', title: t('trend.day') },
      value: ({ at }) => format.dateTime(at),
      render: ({ at }) => <span className="no-wrap">{format.minute(at)}</span>,
    },
    {
      ...{ key: 'kind', title: t('trend.why') },
      value: ({ kind }) => t(`trend.cause.${kind}`),
      render: ({ kind }) => <Status tone={tones[kind]}>{t(`trend.cause.${kind}`)}</Status>,
    },
    {
      ...{ key: 'text', title: t('trend.what'), grow: true, wrap: true },
      value: ({ text }) => text[language],
      render: ({ text, app, count, path }) => (
        <>
          <PathLink to={path}>{text[language]}</PathLink>{' '}
          <span className="quiet">{[app ?? '', count > 1 ? `× ${format.number(count)}` : ''].filter(Boolean).join(' ')}</span>
        </>
      ),
    },
    {
      ...{ key: 'effect', title: t('trend.effect'), numeric: true },
      value: ({ effect }) => effect ?? '',
      render: ({ effect }) => (effect === null ? '–' : signed(effect)),
    },
  ];
  return (
    <Panel
      flush
      title={t('trend.causes')}
      note={t('trend.causesNote')}
      actions={<ExportButton name="menshen-trend" columns={columns} rows={marks} />}
    >
      <DataTable
        caption={t('trend.causes')}
        columns={columns}
        rows={marks}
        rowKey={({ at, kind, app, text }) => `${at} ${kind} ${app} ${text.en}`}
        empty={<EmptyState title={t('trend.noCauses')}>{t('trend.noCausesText')}</EmptyState>}
      />
    </Panel>
  );
}
