import type * as contract from '@menshen/contract';
import type { AuditQueries } from '../../audit/queries.ts';
import { complianceAttention } from '../../compliance/attention.ts';
import { alertAttention } from '../../detect/attention.ts';
import { nodeAttention } from '../../nodes/attention.ts';
import { recoveryAttention } from '../../recover/attention.ts';
import { appSecretAttention } from '../../respond/app-secrets/attention.ts';
import { containmentAttention } from '../../respond/containment/attention.ts';
import { incidentAttention } from '../../respond/incidents/attention.ts';
import { playbookAttention } from '../../respond/playbooks/attention.ts';
import { riskAttention } from '../../risk/attention.ts';
import { findingAttention } from '../../scans/attention.ts';
import { trainAttention } from '../../train/attention.ts';
import { strandedAttention } from './approval-attention.ts';
import { campaignAttention } from './campaign-attention.ts';
import { certificateAttention } from './certificate-attention.ts';
import { exportAttention } from './export-attention.ts';
import { keyAttention } from './key-attention.ts';
import { leaverAttention } from './leaver-attention.ts';
import { ownedWork, ownerAttention } from './owner-attention.ts';
import type { HandlerParts } from './parts.ts';
import { privacyAttention } from './privacy-attention.ts';
import { protectionAttention } from './protection-attention.ts';
import { rateAttention } from './rate-attention.ts';
import { receiverAttention } from './receiver-attention.ts';
import { tokenAttention } from './token-attention.ts';

const dayMs = 86_400_000;
/** Exceptions that end sooner need somebody to look whether they are still needed. */
const soonMs = 3 * dayMs;
const manyRefusals = 20;

/** What needs a person, whoever looks: each with the page where the next step is taken. */
export async function platformAttention(parts: HandlerParts): Promise<contract.Attention[]> {
  const { queries, switches, runtime, clock } = parts;
  const now = clock();
  const found: contract.Attention[] = rateAttention(parts.rates, parts.lists, now);
  const mode = switches.mode();
  if (mode !== 'enforce') {
    const state = switches.state();
    found.push({
      id: 'mode',
      severity: mode === 'bypass' ? 'critical' : 'high',
      title:
        mode === 'bypass'
          ? { zh: '网关处于旁路模式，未拦截任何攻击', en: 'The gateway is bypassed and stops no attack' }
          : { zh: '网关处于观察模式，只记录不拦截', en: 'The gateway only watches and stops nothing' },
      detail: {
        zh: state === null ? '由配置文件设定。' : `由 ${state.by} 设定：${state.reason}`,
        en: state === null ? 'Set by the configuration.' : `Set by ${state.by}: ${state.reason}`,
      },
      since: state?.since ?? parts.startedAt,
      action: { to: '/switches', label: { zh: '前往开关', en: 'Open switches' } },
    });
  }
  found.push(...containmentAttention(await parts.containment.list({ show: 'active', limit: 50 }), now));
  found.push(...appSecretAttention(await parts.secrets.list(), now));
  for (const dependency of await parts.dependencies()) {
    if (dependency.state === 'ok' || dependency.name === 'nodes') continue;
    found.push({
      id: `dependency-${dependency.name}`,
      severity: dependency.state === 'down' ? 'critical' : 'high',
      title: { zh: `依赖服务异常：${dependency.name}`, en: `A dependency is failing: ${dependency.name}` },
      detail: { zh: dependency.detail ?? '状态不稳定。', en: dependency.detail ?? 'It is unstable.' },
      since: now,
      action: { to: '/system', label: { zh: '查看系统', en: 'Open system' } },
    });
  }
  found.push(...nodeAttention(parts.nodes, now));
  found.push(...(await incidentAttention(parts.incidents)));
  found.push(...(await alertAttention(parts.detect)));
  found.push(...(await playbookAttention(parts.playbooks.runs, parts.playbooks.library(), now)));
  found.push(...(await riskAttention(parts.risks, now)));
  found.push(...(await complianceAttention(parts.compliance, now)));
  found.push(...(await findingAttention(parts.scans.evidence, now)));
  found.push(...(await campaignAttention(runtime(), parts, now)));
  found.push(...(await protectionAttention(parts.protect)));
  found.push(...certificateAttention(runtime(), parts.certificates));
  found.push(...keyAttention(parts.keyAges, parts.proofKeys));
  found.push(...tokenAttention(await parts.administrators.tokens.list()));
  const { accounts, approvals, settings } = parts.administrators;
  found.push(...(await strandedAttention(approvals, accounts)));
  found.push(...(await leaverAttention(accounts, settings().providers, parts.directory, now)));
  found.push(...receiverAttention(runtime().config.notify.channels, parts.directory, now));
  found.push(...(await ownerAttention(await ownedWork(parts), accounts, parts.directory, now)));
  found.push(...(await privacyAttention(parts.privacy, now)));
  found.push(...exportAttention(parts.exports, now));
  found.push(...recoveryAttention(await parts.recovery.standing(), now));
  found.push(...(await trainAttention(parts.train, parts.directory.snapshot())));
  const { error, loadedAt } = parts.configuration();
  if (error !== null) {
    found.push({
      id: 'configuration',
      severity: 'high',
      title: { zh: '修改后的配置有误，未生效', en: 'The changed configuration is faulty and was not taken' },
      detail: { zh: error.slice(0, 300), en: error.slice(0, 300) },
      since: loadedAt,
      action: { to: '/system', label: { zh: '查看错误', en: 'See the error' } },
    });
  }
  const { syncedAt, error: syncError } = parts.directory.state();
  if (syncError !== null) {
    found.push({
      id: 'directory',
      severity: 'medium',
      title: { zh: '通讯录同步失败', en: 'The directory could not be synchronised' },
      detail: { zh: `原因：${syncError}`, en: `Reason: ${syncError}` },
      since: syncedAt ?? parts.startedAt,
      action: { to: '/people', label: { zh: '重新同步', en: 'Synchronise again' } },
    });
  }
  for (const app of runtime().apps.values()) {
    const { health } = app.upstream;
    if (health !== 'open' && health !== 'failing') continue;
    found.push({
      id: `backend-${app.id}`,
      severity: health === 'open' ? 'high' : 'medium',
      title: { zh: `业务后端异常：${app.config.name?.zh ?? app.id}`, en: `Backend failing: ${app.config.name?.en ?? app.id}` },
      detail: { zh: '最近的请求没有得到回应。', en: 'The last requests got no answer.' },
      since: now,
      action: { to: `/traffic?outcome=failed&app=${app.id}`, label: { zh: '查看失败请求', en: 'See failed requests' } },
    });
  }
  const ending = parts.inspection
    .exceptions('active', undefined)
    .filter(({ state, uses, expiresAt }) => state === 'active' && uses > 0 && expiresAt - now < soonMs);
  if (ending.length > 0) {
    found.push({
      id: 'inspection-exceptions',
      severity: 'low',
      title: {
        zh: `${ending.length} 个仍在使用的检测例外将在三天内到期`,
        en: `${ending.length} exceptions of inspection that are in use end within three days`,
      },
      detail: {
        zh: '到期后，这些字段中的同类内容会重新被拦截。',
        en: 'After that the same text in these fields is blocked again.',
      },
      since: now,
      action: { to: '/inspection', label: { zh: '查看例外', en: 'See the exceptions' } },
    });
  }
  const unknown = await queries.countUnknown(now - dayMs);
  if (unknown > 0) {
    found.push({
      id: 'outcome-unknown',
      severity: 'high',
      title: { zh: `${unknown} 个请求因崩溃而结果未知`, en: `The outcome of ${unknown} requests is unknown after a crash` },
      detail: { zh: '请与业务数据核对。', en: 'Compare them with the data of the backend.' },
      since: now - dayMs,
      action: { to: '/traffic?outcome=unknown', label: { zh: '查看这些请求', en: 'See these requests' } },
    });
  }
  return found;
}

/** Addresses that were refused again and again. */
export function addressAttention(summary: Awaited<ReturnType<AuditQueries['trafficSummary']>>): contract.Attention[] {
  const found: contract.Attention[] = [];
  for (const address of summary.addresses.filter((candidate) => candidate.refused >= manyRefusals).slice(0, 2)) {
    found.push({
      id: `address-${address.address}`,
      severity: 'medium',
      title: {
        zh: `地址 ${address.address} 有 ${address.refused} 个请求被拒绝`,
        en: `${address.refused} requests from ${address.address} were refused`,
      },
      detail: { zh: '看看它在尝试什么。', en: 'See what it is trying.' },
      since: summary.from,
      action: {
        to: `/traffic?address=${encodeURIComponent(address.address)}`,
        label: { zh: '查看请求', en: 'See its requests' },
      },
    });
  }
  return found;
}
