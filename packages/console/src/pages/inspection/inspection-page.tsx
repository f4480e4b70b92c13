import { getInspection, listInspectionExceptions } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { spanOf } from '../../app/scope.ts';
import { OtherLogs } from '../../components/other-logs.tsx';
import { Metric, Metrics } from '../../ds/metric.tsx';
import { Page } from '../../ds/page.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { AttacksPanel, TargetsPanel } from './attacks-panel.tsx';
import { endsSoon } from './ending.ts';
import { ExceptionsPanel } from './exceptions-panel.tsx';
import type { Inspection } from './model.ts';
import { ModesPanel } from './modes-panel.tsx';
import { RulesPanel } from './rules-panel.tsx';

const route = getRouteApi('/shell/inspection');
const refreshMs = 30_000;

/** Attacks, and whether the rules fit: what was stopped, what is excepted, which routes only watch, and what people reported. */
export function InspectionPage() {
  const { t } = useLanguage();
  const { app, range, from, to, ended } = route.useSearch();
  const navigate = route.useNavigate();
  const scope = { range, from, to };
  const inspection = useEndpoint(getInspection, {
    key: { app, ...scope },
    input: () => ({ query: { app, ...spanOf(scope, Date.now()) } }),
    refetchMs: refreshMs,
    keep: true,
  });
  const exceptions = useEndpoint(listInspectionExceptions, {
    input: { query: { app, show: ended === 'true' ? 'all' : 'active' } },
    keep: true,
  });
  return (
    <Page title={t('inspection.title')} question={t('inspection.question')}>
      <OtherLogs />
      <Loadable query={inspection} lines={12}>
        {(data) => (
          <>
            <Totals
              totals={data.totals}
              ending={(exceptions.data?.exceptions ?? []).filter((one) => endsSoon(one, exceptions.data?.now ?? 0)).length}
            />
            {data.complete ? null : (
              <Status tone="warning" filled>
                {t('inspection.incomplete')}
              </Status>
            )}
            <AttacksPanel inspection={data} />
            <TargetsPanel targets={data.targets} />
            <ExceptionsPanel
              exceptions={exceptions}
              ended={ended === 'true'}
              showEnded={(show) =>
                void navigate({ search: (now) => ({ ...now, ended: show ? 'true' : undefined }), replace: true })
              }
            />
            <ModesPanel inspection={data} />
            <RulesPanel inspection={data} />
          </>
        )}
      </Loadable>
    </Page>
  );
}

function Totals({ totals, ending }: { readonly totals: Inspection['totals']; readonly ending: number }) {
  const { t, format } = useLanguage();
  return (
    <Metrics>
      <Metric
        label={t('inspection.blocked')}
        value={format.number(totals.blocked)}
        link={(figure) => (
          <Link to="/traffic" search={{ code: 'request_blocked' }}>
            {figure}
          </Link>
        )}
      />
      <Metric label={t('inspection.noted')} value={format.number(totals.noted)} />
      <Metric label={t('inspection.excepted')} value={format.number(totals.excepted)} />
      <Metric label={t('inspection.endingSoon')} value={format.number(ending)} />
    </Metrics>
  );
}
