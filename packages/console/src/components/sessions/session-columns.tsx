import type { SessionView } from '@menshen/contract';
import { Button } from 'antd';
import type { Column } from '../../ds/data-table.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { PersonLink } from '../people/person-link.tsx';

interface SessionColumnsOptions {
  readonly withPerson: boolean;
  readonly now: number;
  readonly revoke: (session: SessionView) => void;
}

/** Columns of a list of sessions, with the way to end each. */
export function useSessionColumns({ withPerson, now, revoke }: SessionColumnsOptions): readonly Column<SessionView>[] {
  const { t, format } = useLanguage();
  const person: Column<SessionView> = {
    key: 'person',
    title: t('column.person'),
    width: 88,
    value: (row) => row.uid,
    cut: true,
    render: (row) => <PersonLink uid={row.uid} name={row.name} />,
  };
  const columns: readonly Column<SessionView>[] = [
    {
      key: 'app',
      title: t('column.app'),
      width: 72,
      cut: true,
      value: (row) => row.app,
      render: (row) => (
        <>
          {row.app}
          <div className="quiet">{t(`channel.${row.channel}`)}</div>
        </>
      ),
    },
    {
      key: 'channel',
      title: t('column.channel'),
      exportOnly: true,
      value: (row) => t(`channel.${row.channel}`),
      render: () => null,
    },
    {
      key: 'assurance',
      title: t('column.assurance'),
      wideOnly: true,
      value: (row) => row.assurance,
      render: (row) => <span className="no-wrap">{t(row.assurance >= 2 ? 'assurance.two' : 'assurance.one')}</span>,
    },
    {
      key: 'risk',
      title: t('session.risk'),
      wideOnly: true,
      wrap: true,
      cut: true,
      width: 152,
      value: (row) => row.risk.reasons.map((reason) => t(`risk.${reason}`)).join('; '),
      render: (row) =>
        row.risk.reasons.length === 0 ? (
          <span className="quiet">–</span>
        ) : (
          row.risk.reasons.map((reason) => (
            <div key={reason}>
              <Status tone="warning">{t(`risk.${reason}`)}</Status>
            </div>
          ))
        ),
    },
    { key: 'address', title: t('column.address'), value: (row) => row.address, render: (row) => <code>{row.address}</code> },
    {
      key: 'device',
      title: t('column.device'),
      grow: true,
      wrap: true,
      width: 112,
      wideOnly: true,
      value: (row) => row.device,
      render: (row) => (row.device === null ? '–' : <span title={row.device}>{row.device}</span>),
    },
    {
      key: 'created',
      title: t('session.created'),
      exportOnly: true,
      value: (row) => format.dateTime(row.created),
      render: () => null,
    },
    {
      key: 'lastSeen',
      title: t('session.lastSeen'),
      width: 84,
      value: (row) => format.dateTime(row.lastSeen),
      render: (row) => (
        <span className="no-wrap" title={format.dateTime(row.lastSeen)}>
          {format.relative(row.lastSeen, now)}
          <div className="quiet figures" title={format.dateTime(row.created)}>
            {t('session.since', { time: `${format.day(row.created)} ${format.hour(row.created)}` })}
          </div>
        </span>
      ),
    },
    {
      key: 'expires',
      title: t('session.expires'),
      // Seldom asked, and long devices need its place: it stands in what is exported.
      exportOnly: true,
      value: (row) => format.dateTime(Math.min(row.idleExpires, row.absoluteExpires)),
      render: () => null,
    },
    {
      key: 'act',
      title: t('column.act'),
      width: 64,
      plain: true,
      render: (row) => (
        <Button
          onClick={() => revoke(row)}
          aria-label={t('session.revokeOf', { name: row.name === '' ? row.uid : row.name, app: row.app, address: row.address })}
        >
          {t('session.revoke')}
        </Button>
      ),
    },
  ];
  return withPerson ? [person, ...columns] : columns;
}
