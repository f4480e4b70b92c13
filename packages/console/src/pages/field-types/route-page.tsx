import { getSchema, listSchemas, proposeSchemas } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useAction, useEndpoint } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { CodeBlock } from '../../ds/code-block.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, ErrorState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { HistoryPanel } from './history-panel.tsx';
import type { RouteKey, RouteSchema } from './model.ts';
import { ProposalPanel } from './proposal-panel.tsx';
import { RefusalTable } from './refusal-table.tsx';
import { schemaText } from './schema-text.ts';

const route = getRouteApi('/shell/field-types/route');

/** One route: what is proposed and what it would change, what is in force and what it refuses, and every version before. */
export function FieldTypesRoutePage() {
  const { t } = useLanguage();
  const { of = '', match = '' } = route.useSearch();
  const key = { app: of, route: match };
  const schema = useEndpoint(getSchema, { input: { query: key } });
  return (
    <Page
      title={match === '' ? t('fieldTypes.title') : match}
      question={t('fieldTypes.question')}
      trail={<Link to="/field-types">{t('fieldTypes.back')}</Link>}
    >
      <Loadable query={schema} lines={12}>
        {(data) => (
          <>
            {data.drifted ? (
              <Status tone="warning" filled>
                {t('fieldTypes.drifted')}
              </Status>
            ) : null}
            {data.proposal === null ? (
              <ProposeNow of={key} data={data} />
            ) : (
              <ProposalPanel key={data.proposal.version} of={key} data={data} />
            )}
            <Panel title={t('fieldTypes.current')}>
              {data.current === null ? (
                <EmptyState title={t('fieldTypes.source.none')}>{t('fieldTypes.nothingInForce')}</EmptyState>
              ) : (
                <CodeBlock label={t('fieldTypes.editor')} text={schemaText(data.current)} copyLabel={t('fieldTypes.copy')} />
              )}
            </Panel>
            {data.refused.length === 0 ? null : (
              <Panel flush title={t('fieldTypes.inForceRefused')}>
                <RefusalTable caption={t('fieldTypes.inForceRefused')} rows={data.refused} />
              </Panel>
            )}
            <HistoryPanel of={key} data={data} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function ProposeNow({ of, data }: { readonly of: RouteKey; readonly data: RouteSchema }) {
  const { t } = useLanguage();
  const may = useMay();
  const propose = useAction(proposeSchemas, [getSchema, listSchemas]);
  const { learns, observed } = data.route;
  if (!learns) return null;
  return (
    <Panel title={t('fieldTypes.proposal')} note={t('fieldTypes.proposeHint')}>
      <p className="paragraph">
        {observed === null ? t('fieldTypes.notYet') : t('fieldTypes.learned', { count: observed.requests })}
      </p>
      {may(proposeSchemas) ? (
        <Button loading={propose.isPending} onClick={() => propose.mutate({ body: of })}>
          {t('fieldTypes.propose')}
        </Button>
      ) : null}
      {propose.error === null ? null : <ErrorState error={propose.error} />}
    </Panel>
  );
}
