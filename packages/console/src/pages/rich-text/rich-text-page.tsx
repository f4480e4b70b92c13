import { getRichText } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { ProtectionTabs } from '../../components/tabs/protection-tabs.tsx';
import { type Column, DataTable } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';

type RichText = Output<typeof getRichText>;
type Cleaning = RichText['cleanings'][number];
type Declared = RichText['fields'][number];

const refreshMs = 30_000;
const counted = ['handlers', 'addresses', 'styles', 'attributes', 'unknown'] as const;
const isCounted = (what: string): what is (typeof counted)[number] => counted.some((name) => name === what);

/** Rich text: what was taken out of which field, whether it was a script, and which fields are cleaned. */
export function RichTextPage() {
  const { t } = useLanguage();
  const richText = useEndpoint(getRichText, { input: { query: { days: 7 } }, refetchMs: refreshMs });
  return (
    <Page title={t('richText.title')} question={t('richText.question')}>
      <ProtectionTabs current="richText" />
      <Loadable query={richText} lines={12}>
        {(data) => (
          <>
            <CleaningsPanel cleanings={data.cleanings} />
            <FieldsPanel fields={data.fields} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function CleaningsPanel({ cleanings }: { readonly cleanings: readonly Cleaning[] }) {
  const { t, format } = useLanguage();
  const wordOf = (what: string): string => (isCounted(what) ? t(`richText.what.${what}`) : `<${what}>`);
  const columns: readonly Column<Cleaning>[] = [
    {
      key: 'field',
      title: t('richText.field'),
      grow: true,
      plain: true,
      render: (row) => (
        <>
          <code>{row.field}</code> <span className="quiet">{row.route}</span>
        </>
      ),
    },
    { key: 'way', title: t('richText.way'), render: (row) => t(`richText.way.${row.way}`) },
    {
      key: 'harmful',
      title: t('richText.harmful'),
      render: (row) =>
        row.harmful === 0 ? <span className="quiet">0</span> : <Status tone="danger">{format.number(row.harmful)}</Status>,
    },
    { key: 'texts', title: t('richText.texts'), numeric: true, render: (row) => format.number(row.texts) },
    {
      key: 'removed',
      title: t('richText.removed'),
      wrap: true,
      width: 220,
      render: (row) =>
        row.removed
          .slice(0, 6)
          .map(({ what, count }) => t('richText.times', { what: wordOf(what), count: format.number(count) }))
          .join(', '),
    },
    {
      key: 'last',
      title: t('richText.last'),
      render: (row) => (
        <Link to="/traffic/$requestId" params={{ requestId: row.requestId }} className="figures no-wrap">
          {format.dateTime(row.last)}
        </Link>
      ),
    },
  ];
  return (
    <Panel flush title={t('richText.cleanings')}>
      <DataTable
        caption={t('richText.cleanings')}
        columns={columns}
        rows={cleanings}
        rowKey={(row) => `${row.app} ${row.route} ${row.field} ${row.way}`}
        empty={<EmptyState title={t('richText.none')}>{t('richText.noneText')}</EmptyState>}
      />
    </Panel>
  );
}

function FieldsPanel({ fields }: { readonly fields: readonly Declared[] }) {
  const { t } = useLanguage();
  const columns: readonly Column<Declared>[] = [
    { key: 'field', title: t('richText.field'), plain: true, render: (row) => <code>{row.field}</code> },
    {
      key: 'route',
      title: t('fieldTypes.route'),
      grow: true,
      render: (row) => (
        <>
          <span className="quiet">{row.app}</span> <code>{row.route}</code>
        </>
      ),
    },
    { key: 'clean', title: t('richText.way'), render: (row) => t(`richText.clean.${row.clean}`) },
  ];
  return (
    <Panel flush title={t('richText.fields')}>
      <DataTable
        caption={t('richText.fields')}
        columns={columns}
        rows={fields}
        rowKey={(row) => `${row.app} ${row.route} ${row.field}`}
        empty={<EmptyState title={t('richText.noFields')}>{t('richText.noFieldsText')}</EmptyState>}
      />
    </Panel>
  );
}
