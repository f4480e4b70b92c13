import { acknowledgeNotice, listNotices } from '@menshen/contract';
import { Segmented } from 'antd';
import { useState } from 'react';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ChannelsPanel } from './channels-panel.tsx';
import { NoticeCard } from './notice-card.tsx';

const refreshMs = 15_000;
const shown = 100;

/** Who was told of what, whether it arrived, and what nobody has seen yet. */
export function NoticesPage() {
  const { t } = useLanguage();
  const may = useMay();
  const [open, setOpen] = useState(true);
  const notices = useEndpoint(listNotices, {
    input: { query: { open: open ? 'true' : 'false', limit: String(shown) } },
    refetchMs: refreshMs,
  });
  const acknowledge = useAction(acknowledgeNotice, [listNotices]);
  const seen = may(acknowledgeNotice) ? (id: string) => acknowledge.mutate({ params: { id }, body: {} }) : null;
  return (
    <Page title={t('notices.title')} question={t('notices.question')}>
      <div>
        <Segmented
          value={open ? 'open' : 'all'}
          onChange={(value) => setOpen(value === 'open')}
          options={[
            { value: 'open', label: t('notices.open') },
            { value: 'all', label: t('notices.all') },
          ]}
        />
      </div>
      {acknowledge.error === null ? null : <ErrorState error={acknowledge.error} />}
      <Loadable query={notices} lines={12}>
        {(data) => (
          <>
            <Panel flush title={t('notices.list')} note={t('notices.listNote')}>
              {data.notices.length === 0 ? (
                <EmptyState title={t(open ? 'notices.noneOpen' : 'notices.none')}>{t('notices.noneText')}</EmptyState>
              ) : (
                <ol style={{ listStyle: 'none', margin: 0, padding: 0 }}>
                  {data.notices.map((notice) => (
                    <NoticeCard key={notice.id} notice={notice} busy={acknowledge.isPending} seen={seen} />
                  ))}
                </ol>
              )}
            </Panel>
            <ChannelsPanel channels={data.channels} />
          </>
        )}
      </Loadable>
    </Page>
  );
}
