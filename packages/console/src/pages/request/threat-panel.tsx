import { createInspectionException, type getRequest, type RequestInspection, reportInspection } from '@menshen/contract';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useState } from 'react';
import type { Output } from '../../api/call.ts';
import { useAction } from '../../api/hooks.ts';
import { useMay } from '../../api/may.ts';
import { InspectedFieldName } from '../../components/inspected-field.tsx';
import { Facts } from '../../ds/facts.tsx';
import { Panel } from '../../ds/panel.tsx';
import { ErrorState } from '../../ds/states.tsx';
import { Status } from '../../ds/status.tsx';
import { useLanguage } from '../../i18n/language.tsx';
import { ExceptDialog } from './except-dialog.tsx';
import { FileEvidence } from './file-evidence.tsx';
import { nameable } from './needed-rules.ts';
import styles from './threat-panel.module.css';

type Threat = RequestInspection['threats'][number];

interface ThreatPanelProps {
  readonly detail: Output<typeof getRequest>;
  readonly inspection: RequestInspection;
}

/** What inspection found in a request, in words for who wrote the mini program or its backend: the field, what was seen, why it is dangerous, how it is mended. */
export function ThreatPanel({ detail, inspection }: ThreatPanelProps) {
  const { t, format } = useLanguage();
  const [excepting, setExcepting] = useState<Threat | null>(null);
  const [days, setDays] = useState<number | null>(null);
  const blocking = inspection.threats.some((threat) => threat.blocking);
  return (
    <Panel
      title={t(blocking ? 'request.attack' : 'request.attackPassed')}
      note={t('request.attackNote', { threshold: format.number(inspection.threshold) })}
    >
      <ul className={styles.threats}>
        {inspection.threats.map((threat) => (
          <li key={`${threat.class} ${threat.place} ${threat.name} ${threat.evidence}`} className={styles.threat}>
            <ThreatWords threat={threat} inspection={inspection} />
            {threat.blocking ? <ThreatActs threat={threat} detail={detail} except={() => setExcepting(threat)} /> : null}
          </li>
        ))}
      </ul>
      <p role="status" className={styles.done}>
        {days === null ? null : (
          <>
            <Status tone="safe">{t('request.excepted', { days: String(days) })}</Status>{' '}
            <Link to="/inspection">{t('request.toExceptions')}</Link>
          </>
        )}
      </p>
      <ExceptDialog
        threat={excepting}
        inspection={inspection}
        row={detail.row}
        close={() => setExcepting(null)}
        done={(held) => {
          setDays(held);
          setExcepting(null);
        }}
      />
    </Panel>
  );
}

function ThreatWords({ threat, inspection }: { readonly threat: Threat; readonly inspection: RequestInspection }) {
  const { t, format, language } = useLanguage();
  const about = inspection.classes.find((one) => one.class === threat.class);
  const sentence = (rule: string): string => inspection.rules.find((one) => one.rule === rule)?.text[language] ?? rule;
  return (
    <>
      <div className={styles.head}>
        <h3 className={styles.title}>
          {about?.name[language] ?? threat.class} · <InspectedFieldName place={threat.place} name={threat.name} />
        </h3>
        <Status tone={threat.blocking ? 'danger' : threat.excepted === null ? 'quiet' : 'warning'}>
          {t(
            threat.blocking
              ? 'request.threat.blocking'
              : threat.excepted === null
                ? 'request.threat.hint'
                : 'request.threat.excepted',
          )}
        </Status>
        <span className="figures quiet">{t('request.threat.score', { score: format.number(threat.score) })}</span>
      </div>
      <Facts
        facts={[
          { label: t('request.threat.seen'), value: <Evidence threat={threat} /> },
          {
            label: t('request.threat.why'),
            value: (
              <ul className={styles.rules}>
                {threat.features.map(({ rule, points }) => (
                  <li key={rule}>
                    {sentence(rule)} <code className="quiet">{rule}</code>{' '}
                    <span className="figures quiet">+{format.number(points)}</span>
                  </li>
                ))}
              </ul>
            ),
          },
          { label: t('request.threat.danger'), value: about?.danger[language] ?? null },
          { label: t('request.threat.remedy'), value: about?.remedy[language] ?? null },
        ]}
      />
    </>
  );
}

function Evidence({ threat }: { readonly threat: Threat }) {
  const { t } = useLanguage();
  if (threat.class === 'upload') return <FileEvidence evidence={threat.evidence} />;
  return (
    <>
      <code className={styles.evidence}>{threat.evidence}</code>
      {threat.layers === 0 ? null : <div>{t('request.threat.layers', { count: threat.layers })}</div>}
      <div className={styles.note}>{t('request.threat.masked')}</div>
    </>
  );
}

function ThreatActs({
  threat,
  detail,
  except,
}: {
  readonly threat: Threat;
  readonly detail: ThreatPanelProps['detail'];
  readonly except: () => void;
}) {
  const { t } = useLanguage();
  const may = useMay();
  const report = useAction(reportInspection);
  const { requestId, route, app } = detail.row;
  const rule = threat.features[0]?.rule;
  const say = (verdict: 'false_positive' | 'attack'): void => {
    if (rule !== undefined) report.mutate({ body: { requestId, rule, verdict } });
  };
  const excepts = may(createInspectionException) && route !== null && app !== null;
  const reports = may(reportInspection) && rule !== undefined;
  // No act stands out: an exception that looked like what one is expected to do would be given to attacks.
  return (
    <div className={styles.acts}>
      {reports ? (
        <>
          <Button loading={report.isPending} onClick={() => say('attack')}>
            {t('request.reportAttack')}
          </Button>
          <Button loading={report.isPending} onClick={() => say('false_positive')}>
            {t('request.report')}
          </Button>
        </>
      ) : null}
      {excepts && nameable(threat.name) ? <Button onClick={except}>{t('request.except')}</Button> : null}
      {excepts && !nameable(threat.name) ? <span className="quiet">{t('request.exceptUnfit')}</span> : null}
      <span role="status">{report.data === undefined ? null : <Status tone="safe">{t('request.reported')}</Status>}</span>
      {report.error === null ? null : <ErrorState error={report.error} />}
    </div>
  );
}
