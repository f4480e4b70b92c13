import { type DataFieldView, listDataFields } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { isExposed, LevelText, StateMark } from './marks.tsx';

const refreshMs = 30_000;

/** The data inventory: what is sensitive and shown in clear first. */
export function DataPage() {
  const { t } = useLanguage();
  const list = useEndpoint(listDataFields, { input: {}, refetchMs: refreshMs, keep: true });
  return (
    <Page title={t('data.title')} question={t('data.question')}>
      <Loadable query={list} lines={12}>
        {({ fields }) => (
          <>
            {fields.length === 0 ? null : <Attention fields={fields} />}
            <FieldsPanel fields={attentionFirst(fields)} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

/** What is sensitive and in clear before what is masked; within each as the server has it, the most sensitive first. */
const attentionFirst = (fields: readonly DataFieldView[]): readonly DataFieldView[] =>
  [...fields].sort((one, other) => Number(isExposed(other)) - Number(isExposed(one)));

function Attention({ fields }: { readonly fields: readonly DataFieldView[] }) {
  const { t } = useLanguage();
  const exposed = fields.filter(isExposed);
  if (exposed.length === 0) return <Status tone="safe">{t('data.allMasked')}</Status>;
  return (
    <Panel title={t('data.attention')}>
      <p className="paragraph">
        <Status tone={exposed.some(({ level }) => level === 4) ? 'danger' : 'warning'}>
          {t('data.clearFields', { count: exposed.length })}
        </Status>
      </p>
      <p className="paragraph quiet">{t('data.clearText')}</p>
    </Panel>
  );
}

function FieldsPanel({ fields }: { readonly fields: readonly DataFieldView[] }) {
  const { t, format } = useLanguage();
  const columns: readonly Column<DataFieldView>[] = [
    {
      key: 'field',
      title: t('data.field'),
      grow: true,
      plain: true,
      value: (row) => row.field,
      render: (row) => (
        <>
          <Link to="/data/field" search={{ of: row.app, match: row.route, field: row.field }}>
            <code>{row.field}</code>
          </Link>{' '}
          <span className="quiet">
            {row.app} {row.route}
          </span>
        </>
      ),
    },
    { key: 'app', title: t('scope.app'), exportOnly: true, value: (row) => `${row.app} ${row.route}`, render: () => null },
    {
      key: 'kind',
      title: t('data.kind'),
      value: (row) => t(`data.kind.${row.kind}`),
      render: (row) => t(`data.kind.${row.kind}`),
    },
    { key: 'level', title: t('data.level'), value: (row) => row.level, render: (row) => <LevelText level={row.level} /> },
    {
      key: 'state',
      title: t('data.state'),
      value: (row) => t(`data.state.${row.state}`),
      render: (row) => <StateMark field={row} />,
    },
    {
      key: 'readers',
      title: t('data.readers'),
      numeric: true,
      value: (row) => row.readers,
      render: (row) => format.number(row.readers),
    },
    {
      key: 'owner',
      title: t('data.owner'),
      wideOnly: true,
      value: (row) => row.correction?.owner ?? null,
      render: (row) =>
        row.correction === null || row.correction.owner === '' ? (
          <span className="quiet">{t('data.noOwner')}</span>
        ) : (
          row.correction.owner
        ),
    },
    {
      key: 'last',
      title: t('data.last'),
      wideOnly: true,
      value: (row) => format.dateTime(row.last),
      render: (row) => <span className="figures no-wrap">{format.dateTime(row.last)}</span>,
    },
  ];
  return (
    <Panel
      flush
      title={t('data.fields')}
      note={t('data.fieldsNote')}
      actions={<ExportButton name="menshen-data-inventory" columns={columns} rows={fields} />}
    >
      <DataTable
        caption={t('data.fields')}
        columns={columns}
        rows={fields}
        rowKey={(row) => `${row.app} ${row.route} ${row.field}`}
        empty={<EmptyState title={t('data.none')}>{t('data.noneText')}</EmptyState>}
      />
    </Panel>
  );
}
