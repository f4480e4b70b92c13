import type { ExportStatus } from '../../audit/ship/service.ts';
import type { IncidentEvidence } from '../../respond/incidents/evidence.ts';
import { administratorsId, appId } from '../../risk/assets/from-seen.ts';
import type { ControlFact, Evidence } from '../../risk/model.ts';
import type { Seen, SeenApp } from '../../risk/seen.ts';
import type { TrainingEvidence } from '../../train/evidence.ts';
import type { SignId } from './catalogue.ts';

/** What is seen: that of risk assessment, and what other capabilities say of themselves. */
export interface ComplianceSeen {
  readonly seen: Seen;
  readonly incidents: IncidentEvidence;
  readonly training: TrainingEvidence | null;
  readonly exports: readonly ExportStatus[];
}

const fact = (sign: SignId, scope: string, configured: boolean, evidence: readonly (Evidence | null)[]): ControlFact => ({
  ...{ control: sign, scope, configured },
  evidence: evidence.filter((one) => one !== null),
});
const proof = (zh: string, en: string, at: number | null, path: string): Evidence => ({ text: { zh, en }, at, path });
/** Nothing is shown by a time that does not exist. */
const proofAt = (zh: string, en: string, at: number | null, path: string): Evidence | null =>
  at === null ? null : proof(zh, en, at, path);
const newest = (times: readonly (number | null)[]): number | null =>
  times.reduce<number | null>((most, one) => (one === null ? most : Math.max(most ?? 0, one)), null);

/** A service of the law asks for logs of six months (网络安全法, amended, article 23). */
const sixMonthsDays = 180;
const dormantMs = 90 * 86_400_000;

export function signFacts(all: ComplianceSeen): readonly ControlFact[] {
  return [...all.seen.apps.flatMap((app) => appSigns(app, all.seen)), ...platformSigns(all)];
}

function appSigns({ config, routes }: SeenApp, seen: Seen): ControlFact[] {
  const scope = appId(config.id);
  const used = routes.flatMap(({ use }) => use ?? []).sort((a, b) => b.at - a.at)[0];
  const request = used === undefined ? null : proof('最近一次请求', 'the newest request', used.at, `/traffic/${used.requestId}`);
  const overloaded = seen.counts.some(({ id, app, count }) => id === 'refused:overloaded' && app === config.id && count > 0);
  const fields = seen.fields.filter(({ app }) => app === config.id);
  const uploads = routes.filter((route) => route.config.uploads !== undefined);
  const scanning = seen.config.uploads.scanner !== undefined && uploads.every((route) => route.config.uploads?.scan === true);
  const uploaded = uploads.flatMap(({ use }) => use ?? []).sort((a, b) => b.at - a.at)[0];
  const scans = seen.scans.filter(({ app, complete }) => app === config.id && complete);
  const overdue = seen.findings.some(({ app, overdue: late }) => app === config.id && late);
  const scanned = newest(scans.map(({ last }) => last));
  const probed = newest(scans.filter(({ tool }) => tool === 'menshen-probe').map(({ last }) => last));
  return [
    fact('request_record', scope, seen.log.writable, [request]),
    fact('capacity', scope, !overloaded, [request]),
    fact('data_classified', scope, fields.length > 0, [
      proofAt(
        `识别出 ${fields.length} 个字段`,
        `${fields.length} fields were found`,
        newest(fields.map(({ last }) => last)),
        `/data?app=${config.id}`,
      ),
    ]),
    fact('vulnerability_care', scope, scans.length > 0 && !overdue, [
      proofAt('最近一次完整扫描', 'the newest whole scan', scanned, '/findings'),
    ]),
    fact('interface_probe', scope, probed !== null, [proofAt('最近一次接口探测', 'interfaces were probed', probed, '/scans')]),
    ...(uploads.length === 0
      ? []
      : [
          fact('malware_scan', scope, scanning, [
            uploaded === undefined
              ? null
              : proof('最近一次上传请求', 'the newest upload', uploaded.at, `/traffic/${uploaded.requestId}`),
          ]),
        ]),
  ];
}

function platformSigns({ seen, incidents, training, exports }: ComplianceSeen): ControlFact[] {
  const { at, config, privacy, log } = seen;
  const active = seen.administrators.filter((one) => one.active);
  const dormant = active.filter(({ lastLogin, created }) => at - (lastLogin ?? created) > dormantMs);
  const login = newest(active.map(({ lastLogin }) => lastLogin));
  const signedIn = proofAt('管理员最近一次登录', 'an administrator signed in', login, '/audit?kind=security');
  const failing = exports.filter(({ problem }) => problem !== null);
  const retained = config.retention.audit;
  const overdue = incidents.overdue + incidents.dutiesOverdue + incidents.unjudged;
  return [
    fact('administrator_record', '*', log.writable, [signedIn]),
    fact('login_limits', '*', true, [signedIn]),
    fact('console_tls', administratorsId, config.console.publicUrl?.startsWith('https:') === true, [signedIn]),
    fact('console_addresses', administratorsId, config.console.allowAddresses.length > 0, [signedIn]),
    fact('administrator_accounts', administratorsId, active.length > 0 && dormant.length === 0, [
      proof(
        `${active.length} 个在用账号，均由真人创建`,
        `${active.length} accounts in use, each made by a person`,
        at,
        '/administrators',
      ),
    ]),
    fact('redundancy', '*', seen.nodes > 1, [
      proof(`${seen.nodes} 个节点在运行`, `${seen.nodes} nodes are running`, at, '/system'),
    ]),
    fact('log_shipping', '*', exports.length > 0 && failing.length === 0, [
      exports.length === 0
        ? null
        : proof(`${exports.length} 个外送目的地`, `${exports.length} places take the log`, at, '/audit'),
    ]),
    fact('log_retention', '*', retained >= sixMonthsDays && log.writable, [
      proofAt(`日志留存 ${retained} 天`, `the log is kept for ${retained} days`, log.checkpointAt, '/audit'),
    ]),
    fact('incident_care', '*', overdue === 0, [
      proof(
        `共 ${incidents.incidents} 起事件，逾期 ${overdue} 项`,
        `${incidents.incidents} incidents, ${overdue} overdue`,
        at,
        '/incidents',
      ),
    ]),
    fact('alerts_judged', '*', seen.watching, [
      proof(`${seen.openAlerts} 条告警待研判`, `${seen.openAlerts} alerts are open`, at, '/alerts'),
    ]),
    fact('rights_requests', '*', privacy.overdueRequests === 0, [
      proof(
        `待处理 ${privacy.openRequests} 个，逾期 ${privacy.overdueRequests} 个`,
        `${privacy.openRequests} open, ${privacy.overdueRequests} overdue`,
        at,
        '/privacy/requests',
      ),
    ]),
    fact('consent_current', '*', privacy.purposes > 0 && privacy.outdated === 0, [
      proof(`${privacy.purposes} 个处理目的`, `${privacy.purposes} purposes`, at, '/privacy/consents'),
    ]),
    fact('erasure_proved', '*', privacy.rowsLeft === 0, [
      proof(
        `${privacy.erasures} 次删除，残留 ${privacy.rowsLeft} 行`,
        `${privacy.erasures} erasures left ${privacy.rowsLeft} rows`,
        at,
        '/privacy/erasure',
      ),
    ]),
    fact('impact_assessed', '*', privacy.unassessed.length === 0, [
      proof(
        `缺少评估的情形 ${privacy.unassessed.length} 种`,
        `${privacy.unassessed.length} cases lack an assessment`,
        at,
        '/privacy/assessments',
      ),
    ]),
    fact('personal_data_training', '*', (training?.trainedOnPersonalData ?? 0) > 0, [
      training === null
        ? null
        : proofAt(
            `一年内 ${training.trainedOnPersonalData} 人通过`,
            `${training.trainedOnPersonalData} people passed within a year`,
            training.lastPassed,
            '/training',
          ),
    ]),
    fact('key_inventory', '*', true, [
      proof(`${seen.dataKeys.length} 把在用数据密钥`, `${seen.dataKeys.length} data keys in use`, at, '/keys'),
    ]),
    // Never true here: software cannot certify itself.
    fact('certified_module', '*', false, []),
  ];
}
