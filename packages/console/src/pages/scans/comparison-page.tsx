import { compareScans, type FindingView } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { DataTable } from '../../ds/data-table.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { useFindingColumns } from '../findings/findings-table.tsx';

const route = getRouteApi('/shell/scans/comparison');

/** Two scans of one project: what is new, what is gone, what stands. */
export function ComparisonPage() {
  const { t, format } = useLanguage();
  const { before = '', after = '' } = route.useSearch();
  const compared = useEndpoint(compareScans, { input: { query: { before, after } } });
  const now = compared.dataUpdatedAt;
  return (
    <Page
      title={t('scans.comparison')}
      question={t('scans.comparisonQuestion')}
      trail={<Link to="/scans">{t('scans.back')}</Link>}
    >
      <Loadable query={compared} lines={12}>
        {(data) => (
          <>
            <p className="paragraph">
              {t('scans.compared', {
                project: `${data.after.app}/${data.after.project}`,
                before: [data.before.version, format.minute(data.before.finished)].filter((one) => one !== null).join(' · '),
                after: [data.after.version, format.minute(data.after.finished)].filter((one) => one !== null).join(' · '),
              })}
            </p>
            {data.after.complete ? null : <Status tone="warning">{t('scans.partialText')}</Status>}
            <Side title={t('scans.fresh')} total={data.totals.fresh} findings={data.fresh} now={now} />
            <Side title={t('scans.gone')} total={data.totals.gone} findings={data.gone} now={now} />
            <Side title={t('scans.same')} total={data.totals.same} findings={data.same} now={now} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

interface SideProps {
  readonly title: string;
  readonly total: number;
  readonly findings: readonly FindingView[];
  readonly now: number;
}

function Side({ title, total, findings, now }: SideProps) {
  const { t } = useLanguage();
  const columns = useFindingColumns(now, null);
  return (
    <Panel
      flush
      title={title}
      note={
        findings.length < total ? t('scans.someOf', { shown: findings.length, total }) : t('findings.total', { count: total })
      }
    >
      <DataTable
        caption={title}
        columns={columns}
        rows={findings}
        rowKey={({ id }) => id}
        empty={<EmptyState title={t('scans.nothing')} />}
      />
    </Panel>
  );
}
