import type { AuditRow } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { ObjectLink } from '../../components/object-link.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { Reason } from '../../components/reason.tsx';
import { EventSeverityMark } from '../../components/severity-mark.tsx';
import { type Fact, Facts } from '../../ds/facts.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { className, detailOf, isDetailName, menshenOf } from './event-reading.ts';

interface EventFactsProps {
  readonly row: AuditRow;
  readonly event: Readonly<Record<string, unknown>>;
}

/** An event in readable form: what, who, where, how it went; then what this kind of event adds. */
export function EventFacts({ row, event }: EventFactsProps) {
  const { t, format } = useLanguage();
  const own = menshenOf(event);
  const text = (name: string): string | null => (typeof own[name] === 'string' ? own[name] : null);
  const name = className(row.classUid);
  const facts: readonly Fact[] = [
    { label: t('column.time'), value: format.dateTime(row.time) },
    { label: t('entry.kind'), value: name === null ? String(row.classUid) : t(`eventClass.${name}`) },
    { label: t('column.severity'), value: <EventSeverityMark severityId={row.severityId} /> },
    {
      label: t('entry.status'),
      value: t(row.statusId === 1 ? 'entry.success' : row.statusId === 2 ? 'entry.failure' : 'entry.unknown'),
    },
    { label: t('column.action'), value: row.action === null ? null : <code>{row.action}</code> },
    { label: t('column.app'), value: row.app },
    { label: t('column.person'), value: row.uid === null ? null : <PersonLink uid={row.uid} name={null} /> },
    { label: t('entry.by'), value: text('by') },
    { label: t('column.address'), value: row.address === null ? null : <code>{row.address}</code> },
    {
      label: t('column.object'),
      value: row.object === null ? null : <ObjectLink objectType={row.objectType} object={row.object} />,
    },
    { label: t('audit.objectType'), value: row.objectType === null ? null : <code>{row.objectType}</code> },
    { label: t('column.reason'), value: row.code === null ? null : <Reason code={row.code} withCode /> },
    {
      label: t('column.requestId'),
      value:
        row.requestId === null ? null : row.classUid === 6003 ? (
          <Link to="/traffic/$requestId" params={{ requestId: row.requestId }}>
            <code>{row.requestId}</code>
          </Link>
        ) : (
          <code>{row.requestId}</code>
        ),
    },
    { label: t('column.session'), value: text('session') === null ? null : <code>{text('session')}</code> },
    ...detailOf(own).map(([name, value]) => ({ label: isDetailName(name) ? t(`detail.${name}`) : name, value })),
  ];
  return <Facts columns={2} facts={facts} />;
}
