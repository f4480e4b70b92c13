import { listNotices, type NotifyChannelView, testNotifyChannel } from '@menshen/contract';
import { Button } from 'antd';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

/** The ways to reach people, those that fail first; each can be tried. */
export function ChannelsPanel({ channels }: { readonly channels: readonly NotifyChannelView[] }) {
  const { t, format } = useLanguage();
  const may = useMay();
  const test = useAction(testNotifyChannel, [listNotices]);
  const tried = test.variables?.params.id;
  const columns: readonly Column<NotifyChannelView>[] = [
    {
      key: 'id',
      title: t('notices.channel'),
      grow: true,
      value: ({ id }) => id,
      render: ({ id, kind }) => (
        <>
          <code>{id}</code> <span className="quiet">{t(`notices.by.${kind}`)}</span>
        </>
      ),
    },
    {
      key: 'day',
      title: t('notices.day'),
      value: ({ sent, failed }) => `${sent} / ${failed}`,
      render: ({ sent, failed }) => (
        <Status tone={failed > 0 ? 'danger' : sent > 0 ? 'safe' : 'quiet'}>{t('notices.dayOf', { sent, failed })}</Status>
      ),
    },
    {
      key: 'last',
      title: t('notices.lastSent'),
      value: ({ lastSent }) => (lastSent === null ? '' : format.dateTime(lastSent)),
      render: ({ lastSent }) => (lastSent === null ? '–' : format.dateTime(lastSent)),
    },
    {
      key: 'test',
      title: t('notices.test'),
      plain: true,
      render: ({ id }) => (
        <>
          {may(testNotifyChannel) ? (
            <Button
              size="small"
              loading={test.isPending && tried === id}
              aria-label={t('notices.testOf', { id })}
              onClick={() => test.mutate({ params: { id }, body: {} })}
            >
              {t('notices.test')}
            </Button>
          ) : null}{' '}
          <span role="status">
            {test.data === undefined || tried !== id ? null : (
              <Status tone={test.data.problem === null ? 'safe' : 'danger'}>
                {t(test.data.problem === null ? 'notices.arrived' : `notices.problem.${test.data.problem}`)}
              </Status>
            )}
          </span>
        </>
      ),
    },
  ];
  return (
    <Panel flush title={t('notices.channels')} note={t('notices.channelsNote')}>
      <DataTable
        caption={t('notices.channels')}
        columns={columns}
        rows={[...channels].sort((one, other) => other.failed - one.failed)}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('notices.noChannel')}>{t('notices.noChannelText')}</EmptyState>}
      />
      {test.error === null ? null : <ErrorState error={test.error} />}
    </Panel>
  );
}
