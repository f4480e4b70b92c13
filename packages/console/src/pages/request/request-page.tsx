import { getRequest } from '@menshen/contract';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Output } from '../../api/call.ts';
import { useEndpoint } from '../../api/hooks.ts';
import { OutcomeMark } from '../../components/outcome-mark.tsx';
import { PersonLink } from '../../components/people/person-link.tsx';
import { CodeBlock } from '../../ds/code-block.tsx';
import { CopyButton } from '../../ds/copy-button.tsx';
import { Disclosure } from '../../ds/disclosure.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Page } from '../../ds/page.tsx';
import { Panel } from '../../ds/panel.tsx';
import { EmptyState, Loadable } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import styles from './request-page.module.css';
import { StageTable } from './stage-table.tsx';
import { ThreatPanel } from './threat-panel.tsx';
import { WhyPanel } from './why-panel.tsx';

const route = getRouteApi('/shell/traffic/$requestId');

type Detail = Output<typeof getRequest>;

/** X-ray of one request: what every stage decided, why, where, and how long it took. */
export function RequestPage() {
  const { t } = useLanguage();
  const { requestId } = route.useParams();
  const request = useEndpoint(getRequest, { input: { params: { requestId } } });
  return (
    <Page
      title={request.data === undefined ? t('request.title') : `${request.data.row.method} ${request.data.row.path}`}
      question={t('request.question')}
      trail={<Link to="/traffic">{t('request.back')}</Link>}
      actions={
        request.data === undefined ? undefined : (
          <Link to="/audit/$index" params={{ index: String(request.data.row.index) }}>
            {t('request.proof', { index: String(request.data.row.index) })}
          </Link>
        )
      }
    >
      <Loadable query={request} lines={12}>
        {(detail) => <RequestDetail detail={detail} />}
      </Loadable>
    </Page>
  );
}

function RequestDetail({ detail }: { readonly detail: Detail }) {
  const { t } = useLanguage();
  const decided =
    detail.stages.find(({ verdict }) => verdict === 'refuse') ?? detail.stages.find(({ verdict }) => verdict === 'would_refuse');
  // What inspection found is told in more detail below.
  const attack = detail.inspection !== null && (decided?.code === 'request_blocked' || detail.row.code === 'request_blocked');
  return (
    <>
      <Verdict detail={detail} />
      {detail.mode === 'enforce' ? null : (
        <Status tone="warning" filled>
          {t(`request.in.${detail.mode}`)}
        </Status>
      )}
      {attack ? null : <WhyPanel decided={decided} code={detail.row.code ?? decided?.code ?? null} />}
      {detail.inspection === null ? null : <ThreatPanel detail={detail} inspection={detail.inspection} />}
      <Panel flush title={t('request.stages')} note={t('request.stagesNote')}>
        {detail.stages.length === 0 ? (
          <EmptyState title={t('request.noStages')}>{t('request.noStagesText')}</EmptyState>
        ) : (
          <StageTable stages={detail.stages} backendMicros={detail.backendMicros} />
        )}
      </Panel>
      <div className={styles.columns}>
        <Panel title={t('request.about')}>
          <RequestFacts detail={detail} />
        </Panel>
        <Panel title={t('request.who')}>
          <PersonFacts detail={detail} />
        </Panel>
        <Panel title={t('request.policies')} note={t('request.policiesNote')}>
          <Policies policies={detail.policies} />
        </Panel>
      </div>
      <Disclosure title={t('request.raw')} note={t('request.rawNote')}>
        <CodeBlock label={t('request.raw')} text={JSON.stringify(detail.event, null, 2)} copyLabel={t('request.copyRaw')} />
      </Disclosure>
    </>
  );
}

/** The answer first: how it ended, and why. */
function Verdict({ detail }: { readonly detail: Detail }) {
  const { t, format, language } = useLanguage();
  const { row, explanation } = detail;
  const decided = detail.stages.find((stage) => stage.verdict === 'refuse');
  return (
    <section className={styles.verdict} aria-label={t('request.verdict')}>
      <div className={styles.outcome}>
        <OutcomeMark outcome={row.outcome} />
        <span className="figures">{t('request.status', { status: String(row.status) })}</span>
        <span className="figures quiet">{format.dateTime(row.time)}</span>
        <span className="figures quiet">{format.micros(row.latencyMicros)}</span>
      </div>
      <p className={styles.explanation}>
        {explanation === null ? t(`request.ended.${row.outcome}`) : explanation[language]}
        {row.code === null ? null : <code className="quiet"> {row.code}</code>}
      </p>
      {decided === undefined ? null : (
        <p className={styles.decided}>{t('request.decidedBy', { stage: t(`stage.${decided.stage}`) })}</p>
      )}
      {detail.stages.some((stage) => stage.stage === 'authorize' && stage.verdict !== 'skip') ? (
        <Link to="/policies" search={{ request: row.requestId }}>
          {t(decided?.stage === 'authorize' ? 'policies.fromRequestRefused' : 'policies.fromRequest')}
        </Link>
      ) : null}
    </section>
  );
}

function RequestFacts({ detail }: { readonly detail: Detail }) {
  const { t, format } = useLanguage();
  const { row } = detail;
  return (
    <Facts
      facts={[
        {
          label: t('column.requestId'),
          value: (
            <>
              <code>{row.requestId}</code> <CopyButton text={row.requestId} label={t('request.copyId')} />
            </>
          ),
        },
        { label: t('column.app'), value: row.app ?? t('request.noApp') },
        { label: t('column.route'), value: row.route === null ? t('request.noRoute') : <code>{row.route}</code> },
        {
          label: t('column.address'),
          value: (
            <Link to="/traffic" search={{ address: row.address }}>
              <code>{row.address}</code>
            </Link>
          ),
        },
        {
          label: t('request.size'),
          value: t('request.sizes', { received: format.bytes(detail.bytesIn), sent: format.bytes(detail.bytesOut) }),
        },
        {
          label: t('request.backend'),
          value: detail.backendMicros === null ? t('request.notForwarded') : format.micros(detail.backendMicros),
        },
      ]}
    />
  );
}

function PersonFacts({ detail }: { readonly detail: Detail }) {
  const { t } = useLanguage();
  const { row } = detail;
  return (
    <Facts
      facts={[
        { label: t('column.person'), value: <PersonLink uid={row.uid} name={row.name} /> },
        {
          label: t('column.department'),
          value: detail.departments.length === 0 ? null : detail.departments.map((path) => <div key={path}>{path}</div>),
        },
        {
          label: t('column.session'),
          value:
            detail.session === null || row.uid === null ? null : (
              <Link to="/sessions" search={{ uid: row.uid }}>
                <code>{detail.session}</code>
              </Link>
            ),
        },
        { label: t('column.channel'), value: channelText(detail.channel, t) },
        {
          label: t('column.assurance'),
          value: detail.assurance === null ? null : t(detail.assurance >= 2 ? 'assurance.two' : 'assurance.one'),
        },
        { label: t('column.device'), value: detail.device },
      ]}
    />
  );
}

function channelText(channel: string | null, t: ReturnType<typeof useLanguage>['t']): string | null {
  return channel === 'wechat' || channel === 'wecom' ? t(`channel.${channel}`) : channel;
}

function Policies({ policies }: { readonly policies: readonly string[] }) {
  const { t } = useLanguage();
  if (policies.length === 0) return <p className={styles.none}>{t('request.noPolicies')}</p>;
  return (
    <ul className={styles.policies}>
      {policies.map((policy) => (
        <li key={policy}>
          <code>{policy}</code>
        </li>
      ))}
    </ul>
  );
}
