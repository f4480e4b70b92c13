import type { AuditRow } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { codeText } from '../../api/api-error.ts';
import { ObjectLink } from '../../components/object-link.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { Reason } from '../../components/reason.tsx';
import { EventSeverityMark } from '../../components/severity-mark.tsx';
import type { Column } from '../../ds/data-table.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** Columns of a list of entries; the number of each opens it. */
export function useAuditColumns(): readonly Column<AuditRow>[] {
  const { t, format, language } = useLanguage();
  return [
    {
      key: 'index',
      title: t('column.index'),
      width: 56,
      value: (row) => row.index,
      render: (row) => (
        <Link
          to="/audit/$index"
          params={{ index: String(row.index) }}
          className="figures"
          aria-label={t('audit.openEntry', { index: String(row.index) })}
        >
          #{row.index}
        </Link>
      ),
    },
    {
      key: 'time',
      title: t('column.time'),
      width: 120,
      plain: true,
      value: (row) => format.dateTime(row.time),
      render: (row) => (
        <span className="figures no-wrap">
          {format.day(row.time)} {format.clock(row.time)}
        </span>
      ),
    },
    {
      key: 'severity',
      title: t('column.severity'),
      width: 72,
      plain: true,
      value: (row) => row.severityId,
      render: (row) => <EventSeverityMark severityId={row.severityId} />,
    },
    {
      key: 'summary',
      title: t('column.event'),
      grow: true,
      wrap: true,
      plain: true,
      value: (row) => row.summary[language],
      render: (row) => {
        const sentence = row.summary[language];
        // Most sentences say the reason themselves.
        const untold = row.code === null || sentence.includes(codeText(row.code, language)) ? null : row.code;
        return (
          <span title={sentence}>
            {sentence} {untold === null ? null : <Reason code={untold} />}
          </span>
        );
      },
    },
    {
      key: 'reason',
      title: t('column.reason'),
      exportOnly: true,
      value: (row) => (row.code === null ? null : codeText(row.code, language)),
      render: () => null,
    },
    {
      key: 'person',
      title: t('column.person'),
      width: 120,
      cut: true,
      value: (row) => row.uid,
      render: (row) => (row.uid === null ? '–' : <PersonLink uid={row.uid} name={null} />),
    },
    {
      key: 'object',
      title: t('column.object'),
      width: 104,
      cut: true,
      wideOnly: true,
      value: (row) => row.object,
      render: (row) => (row.object === null ? '–' : <ObjectLink objectType={row.objectType} object={row.object} />),
    },
    {
      key: 'address',
      title: t('column.address'),
      width: 128,
      wideOnly: true,
      value: (row) => row.address,
      render: (row) => (row.address === null ? '–' : <code>{row.address}</code>),
    },
  ];
}
