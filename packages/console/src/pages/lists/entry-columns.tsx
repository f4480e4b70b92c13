import type { ListEntry } from '@menshen/contract';
import { Button } from 'antd';
import type { Column } from '../../ds/data-table.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

const soonMs = 24 * 3_600_000;

/** The columns of the lists. `remove` null where the viewer may not. */
export function useEntryColumns(now: number, remove: ((entry: ListEntry) => void) | null): readonly Column<ListEntry>[] {
  const { t, format } = useLanguage();
  return [
    {
      key: 'value',
      title: t('lists.value'),
      value: (row) => row.value,
      render: (row) => <code>{row.value}</code>,
    },
    {
      key: 'list',
      title: t('lists.which'),
      plain: true,
      value: (row) => row.list,
      render: (row) => <Status tone={row.list === 'deny' ? 'danger' : 'safe'}>{t(`lists.${row.list}`)}</Status>,
    },
    { key: 'kind', title: t('lists.kind'), value: (row) => row.kind, render: (row) => t(`lists.kind.${row.kind}`) },
    {
      key: 'app',
      title: t('lists.app'),
      wideOnly: true,
      value: (row) => row.app,
      render: (row) => row.app ?? <span className="quiet">{t('lists.everyApp')}</span>,
    },
    { key: 'reason', title: t('lists.reason'), grow: true, wrap: true, value: (row) => row.reason, render: (row) => row.reason },
    {
      key: 'owner',
      title: t('lists.owner'),
      value: (row) => row.owner,
      render: (row) => <span title={format.dateTime(row.created)}>{row.owner}</span>,
    },
    {
      key: 'expires',
      title: t('lists.expires'),
      value: (row) => (row.expires === null ? null : format.dateTime(row.expires)),
      render: (row) => {
        if (row.expires === null) return <span className="quiet">{t('lists.noEnd')}</span>;
        const text = format.relative(row.expires, now);
        return (
          <span className="no-wrap" title={format.dateTime(row.expires)}>
            {row.expires - now < soonMs ? <Status tone="warning">{text}</Status> : text}
          </span>
        );
      },
    },
    {
      key: 'hits',
      title: t('lists.hits'),
      numeric: true,
      value: (row) => row.hits,
      render: (row) =>
        row.lastHit === null ? (
          <span className="quiet">{t('lists.noHits')}</span>
        ) : (
          <span title={t('lists.lastHit', { time: format.dateTime(row.lastHit) })}>{format.number(row.hits)}</span>
        ),
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 80,
      plain: true,
      render: (row) =>
        remove === null ? (
          <span className="quiet">–</span>
        ) : (
          <Button onClick={() => remove(row)} aria-label={t('lists.removeOf', { value: row.value })}>
            {t('lists.remove')}
          </Button>
        ),
    },
  ];
}
