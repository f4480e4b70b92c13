import type { TrafficRow } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { codeText } from '../api/api-error.ts';
import type { Column } from '../ds/data-table.tsx';
import { useLanguage } from '../i18n/language.tsx';
import { OutcomeMark } from './outcome-mark.tsx';
import { PersonLink } from './people/person-link.tsx';
import { Reason } from './reason.tsx';

type ColumnName = 'time' | 'outcome' | 'request' | 'status' | 'reason' | 'person' | 'address' | 'latency';

/** Columns of a list of requests; the time of each row opens the request. */
export function useTrafficColumns(names: readonly ColumnName[], reasonWidth = 224): readonly Column<TrafficRow>[] {
  const { t, format, language } = useLanguage();
  const all: Readonly<Record<ColumnName, Column<TrafficRow>>> = {
    time: {
      key: 'time',
      title: t('column.time'),
      width: 128,
      value: (row) => format.dateTime(row.time),
      render: (row) => (
        <Link
          to="/traffic/$requestId"
          params={{ requestId: row.requestId }}
          className="figures no-wrap"
          aria-label={t('traffic.openRequest', {
            method: row.method,
            path: row.path,
            time: `${format.day(row.time)} ${format.clock(row.time)}`,
          })}
        >
          {format.day(row.time)} {format.clock(row.time)}
        </Link>
      ),
    },
    outcome: {
      key: 'outcome',
      title: t('column.outcome'),
      width: 112,
      plain: true,
      value: (row) => t(`outcome.${row.outcome}`),
      render: (row) => <OutcomeMark outcome={row.outcome} status={row.status} />,
    },
    request: {
      key: 'request',
      title: t('column.request'),
      grow: true,
      plain: true,
      value: (row) => `${row.method} ${row.path}`,
      render: (row) => (
        <code title={row.path}>
          <span className="quiet">{row.method}</span> {row.path}
        </code>
      ),
    },
    status: {
      key: 'status',
      title: t('column.status'),
      exportOnly: true,
      value: (row) => row.status,
      render: (row) => row.status,
    },
    reason: {
      key: 'reason',
      title: t('column.reason'),
      width: reasonWidth,
      cut: true,
      plain: true,
      value: (row) => (row.code === null ? null : codeText(row.code, language)),
      render: (row) => (row.code === null ? null : <Reason code={row.code} />),
    },
    person: {
      key: 'person',
      title: t('column.person'),
      width: 96,
      cut: true,
      value: (row) => row.uid,
      render: (row) => <PersonLink uid={row.uid} name={row.name} />,
    },
    address: {
      key: 'address',
      title: t('column.address'),
      width: 120,
      wideOnly: true,
      value: (row) => row.address,
      render: (row) => <code>{row.address}</code>,
    },
    latency: {
      key: 'latency',
      title: t('column.latency'),
      width: 80,
      numeric: true,
      wideOnly: true,
      // Of sign-ins, and of what never became a request, nobody took the time.
      value: (row) => (row.latencyMicros > 0 ? row.latencyMicros : null),
      render: (row) => (row.latencyMicros > 0 ? format.micros(row.latencyMicros) : <span className="quiet">–</span>),
    },
  };
  return names.map((name) => all[name]);
}
