import { getPerson, listPeople, listSessions, removeIdentity } from '@menshen/contract';
import type { Output } from '../../api/call.ts';
import { RowActPanel } from '../../components/row-act-panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type Identity = Output<typeof getPerson>['identities'][number];

/** The WeChat and WeCom identities with which a person signs in. */
export function IdentitiesPanel({ uid, identities }: { readonly uid: string; readonly identities: readonly Identity[] }) {
  const { t, format } = useLanguage();
  const named = ({ channel, subject }: Identity) => ({ channel: t(`channel.${channel}`), subject });
  return (
    <RowActPanel
      title={t('identities.title')}
      note={t('identities.note')}
      rows={identities}
      rowKey={(row) => `${row.channel}:${row.provider}:${row.subject}`}
      columns={[
        { key: 'channel', title: t('column.channel'), width: 112, render: (row) => t(`channel.${row.channel}`) },
        { key: 'provider', title: t('identities.provider'), render: (row) => <code>{row.provider}</code> },
        { key: 'subject', title: t('identities.subject'), render: (row) => <code>{row.subject}</code> },
        { key: 'boundBy', title: t('identities.boundBy'), render: (row) => t(`boundBy.${row.boundBy}`) },
        {
          key: 'boundAt',
          title: t('identities.boundAt'),
          wideOnly: true,
          render: (row) => <span className="figures no-wrap">{format.minute(row.boundAt)}</span>,
        },
      ]}
      empty={<EmptyState title={t('identities.empty')}>{t('identities.emptyText')}</EmptyState>}
      act={{
        endpoint: removeIdentity,
        stale: [getPerson, listPeople, listSessions],
        label: t('identities.unbind'),
        labelOf: (row) => t('identities.unbindOf', named(row)),
        title: t('identities.unbindTitle'),
        consequence: (row) => t('identities.unbindText', named(row)),
        input: ({ channel, provider, subject }) => ({ params: { uid }, body: { channel, provider, subject } }),
      }}
    />
  );
}
