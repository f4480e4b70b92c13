import { getTrafficLimits } from '@menshen/contract';
import { getRouteApi } from '@tanstack/react-router';
import { useEndpoint } from '../../api/hooks.ts';
import { LimitsTabs } from '../../components/tabs/limits-tabs.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { LimitedTable } from './limited-table.tsx';
import { LimitsInForce } from './limits-in-force.tsx';
import { SuspectsTable } from './suspects-table.tsx';

const route = getRouteApi('/shell/limits');
const refetchMs = 5_000;

/** Who is limited now and why, who looks like a program, and which limits there are. */
export function LimitsPage() {
  const { t, format } = useLanguage();
  const { app } = route.useSearch();
  const limits = useEndpoint(getTrafficLimits, { input: { query: { app } }, refetchMs, keep: true });
  return (
    <Page title={t('limits.title')} question={t('limits.question')}>
      <LimitsTabs current="limits" />
      <Loadable query={limits} lines={8}>
        {({ now, node, limited, suspects, limits: inForce, address }) => (
          <>
            {node.aloneSince === null ? null : (
              <Panel title={<Status tone="warning">{t('limits.alone')}</Status>}>
                <p className="paragraph">{t('limits.aloneText', { time: format.dateTime(node.aloneSince) })}</p>
              </Panel>
            )}
            <Panel flush title={t('limits.now')} note={t('limits.nowNote')}>
              <LimitedTable rows={limited} now={now} />
            </Panel>
            <Panel flush title={t('limits.suspects')} note={t('limits.suspectsNote')}>
              <SuspectsTable rows={suspects} now={now} />
            </Panel>
            <Panel flush title={t('limits.inForce')} note={t('limits.inForceNote')}>
              <LimitsInForce rows={inForce} />
            </Panel>
            <Panel title={t('limits.node')} note={t('limits.nodeNote')}>
              <Facts
                columns={2}
                facts={[
                  { label: t('limits.address'), value: t('limits.addressValue', { ...address }) },
                  {
                    label: t('limits.connections'),
                    value: t('limits.connectionsValue', { open: node.connections, refused: node.connectionsRefused }),
                  },
                  { label: t('limits.puzzles'), value: t('limits.puzzlesValue', { ...node.challenges }) },
                  { label: t('limits.phones'), value: t('limits.phonesValue', { ...node.phones }) },
                  { label: t('limits.nodes'), value: format.number(node.nodes) },
                ]}
              />
            </Panel>
          </>
        )}
      </Loadable>
    </Page>
  );
}
