import { listPolicies } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { type Column, DataTable, ExportButton } from '../../ds/data-table.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { commentAbove } from './comment.ts';
import { DraftPanel } from './draft-panel.tsx';
import { Effect } from './effect.tsx';
import { ExplainPanel } from './explain-panel.tsx';
import { Problems } from './problems.tsx';
import type { Spot } from './spot.ts';

const route = getRouteApi('/shell/policies');

type Policies = Output<typeof listPolicies>;
type Policy = Policies['policies'][number];

/** Access policies: why something is allowed or refused, what is in force, and a draft with what it would change. */
export function PoliciesPage() {
  const { t } = useLanguage();
  const { request } = route.useSearch();
  const policies = useEndpoint(listPolicies, { input: {} });
  const off = policies.error instanceof ApiError && policies.error.code === 'not_found';
  return (
    <Page title={t('policies.title')} question={t('policies.question')}>
      {off ? (
        <Panel title={t('policies.list')}>
          <EmptyState title={t('policies.off')}>{t('policies.offText')}</EmptyState>
        </Panel>
      ) : (
        <>
          <ExplainPanel key={request ?? ''} request={request} />
          <Loadable query={policies} lines={12}>
            {(data) => <InForce data={data} />}
          </Loadable>
        </>
      )}
    </Page>
  );
}

function InForce({ data }: { readonly data: Policies }) {
  const { t } = useLanguage();
  const [spot, setSpot] = useState<Spot | null>(null);
  const columns = usePolicyColumns(data.files, setSpot);
  return (
    <>
      <Panel
        flush
        title={t('policies.list')}
        note={t('policies.total', { count: data.policies.length })}
        actions={<ExportButton name="menshen-policies" columns={columns} rows={data.policies} />}
      >
        <DataTable
          caption={t('policies.list')}
          columns={columns}
          rows={data.policies}
          rowKey={(row) => row.id}
          empty={<EmptyState title={t('policies.none')}>{t('policies.noneText')}</EmptyState>}
        />
      </Panel>
      {data.warnings.length === 0 ? null : (
        <Panel title={t('policies.warningsTitle')} note={t('policies.warningsText')}>
          <Problems warn problems={data.warnings} go={(file, line) => setSpot({ file, line })} />
        </Panel>
      )}
      <DraftPanel key={data.version} policies={data} spot={spot} />
      <Disclosure title={t('policies.schema')} note={t(data.schema.generated ? 'policies.schemaNote' : 'policies.schemaGiven')}>
        <CodeBlock label={t('policies.schema')} text={data.schema.text} copyLabel={t('policies.copySchema')} />
      </Disclosure>
    </>
  );
}

function usePolicyColumns(files: Policies['files'], go: (spot: Spot) => void): readonly Column<Policy>[] {
  const { t, language } = useLanguage();
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  const notesOf = ({ annotations, file, line }: Policy): string =>
    [
      commentAbove(texts.get(file) ?? '', line, language),
      ...Object.entries(annotations)
        .filter(([name]) => name !== 'id')
        .map(([name, value]) => (value === '' ? `@${name}` : `@${name}: ${value}`)),
    ]
      .filter((note) => note !== '')
      .join('; ');
  return [
    { key: 'id', title: t('policies.policy'), width: 200, value: (row) => row.id, render: (row) => <code>{row.id}</code> },
    {
      key: 'effect',
      title: t('policies.effect'),
      plain: true,
      value: (row) => row.effect,
      render: (row) => <Effect effect={row.effect} />,
    },
    { key: 'notes', title: t('policies.notes'), grow: true, wrap: true, value: notesOf, render: (row) => notesOf(row) || '–' },
    {
      key: 'place',
      title: t('policies.place'),
      value: (row) => `${row.file}:${row.line}`,
      render: (row) => (
        <button type="button" className="link" onClick={() => go({ file: row.file, line: row.line })}>
          <code>
            {row.file}:{row.line}
          </code>
        </button>
      ),
    },
  ];
}
