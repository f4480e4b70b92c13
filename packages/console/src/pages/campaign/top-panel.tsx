import { PersonLink } from '../../components/people/person-link.tsx';
import { DataTable } from '../../ds/data-table.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { yuan } from '../campaigns/money.ts';
import type { CampaignDetail } from './model.ts';

/** Who got most. */
export function TopPanel({ top }: { readonly top: CampaignDetail['top'] }) {
  const { t, format } = useLanguage();
  return (
    <Panel flush title={t('campaign.top')}>
      <DataTable
        caption={t('campaign.top')}
        rows={top}
        rowKey={(row) => row.person}
        empty={<EmptyState title={t('campaign.topNone')} />}
        columns={[
          {
            key: 'person',
            title: t('violations.person'),
            grow: true,
            render: (row) => <PersonLink uid={row.person} name={row.name} />,
          },
          { key: 'claims', title: t('campaign.topClaims'), numeric: true, render: (row) => format.number(row.claims) },
          { key: 'cents', title: t('ledger.amount'), numeric: true, render: (row) => yuan(row.cents, format.number) },
        ]}
      />
    </Panel>
  );
}
