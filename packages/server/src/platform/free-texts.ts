import type { Bilingual } from '@menshen/contract';
import type { Keys } from '../keys/master.ts';
import { createFreeTexts, type FreeTexts, type TextTable } from '../store/free-texts.ts';
import type { Schema, Store } from '../store/store.ts';

type Row = Parameters<TextTable['to']>[0];

const inIncident = (row: Row): string => `/incidents/${row['incident']}`;
const part = (row: Row, name: string): string => encodeURIComponent(String(row[name]));
const titled = (zh: string, en: string): Bilingual => ({ zh, en });

/** Words about an incident, sealed by its store under the id of the row. */
const ofIncident = (table: keyof Schema, zh: string, en: string, column = 'sealed'): TextTable => ({
  ...{ table, title: titled(zh, en), columns: [column], key: 'id', needs: ['incident'], to: inIncident },
});
const listed = (table: keyof Schema, title: Bilingual, columns: readonly string[], to: string): TextTable => ({
  ...{ table, title, columns, key: 'id', to: () => to },
});
const ofCampaign = (row: Row): string => `/campaigns/${part(row, 'app')}/${part(row, 'campaign')}`;

/** Every place where people write words of their own that stay when a person is erased. A test holds the protected columns against it. */
export const textTables: readonly TextTable[] = [
  {
    table: 'incidents',
    title: titled('安全事件', 'Incident'),
    columns: ['sealed'],
    key: 'id',
    to: (row) => `/incidents/${row['id']}`,
  },
  ofIncident('incident_entries', '事件时间线', 'Timeline of an incident'),
  ofIncident('incident_clocks', '事件时间更正', 'Corrected time of an incident', 'reason'),
  ofIncident('incident_evidence', '事件证据', 'Evidence of an incident'),
  ofIncident('incident_judgements', '事件定级', 'Grading of an incident'),
  ofIncident('incident_duties', '事件报告义务', 'Duty to report an incident'),
  ofIncident('incident_actions', '事件改进措施', 'Action after an incident', 'text'),
  ofIncident('incident_recovery', '恢复清单', 'Recovery checklist'),
  {
    ...{ table: 'incident_postmortems', title: titled('事件复盘', 'Post-mortem'), columns: ['sealed'], key: 'incident' },
    to: inIncident,
  },
  listed('admin_approvals', titled('审批', 'Approval'), ['reason', 'note', 'review_note'], '/approvals'),
  listed('access_list', titled('名单', 'List entry'), ['reason'], '/lists'),
  { table: 'switches', title: titled('开关', 'Switch'), columns: ['reason'], key: 'name', to: () => '/switches' },
  listed('delegations', titled('代理', 'Delegation'), ['reason'], '/people'),
  listed('containment_measures', titled('遏制措施', 'Containment measure'), ['reason', 'end_reason'], '/containment'),
  listed('detection_tunings', titled('检测调整', 'Tuning of a detection'), ['reason'], '/alerts'),
  {
    ...{ table: 'alerts', title: titled('告警', 'Alert'), columns: ['note'], key: 'id', wordsSince: 'judged_at' },
    to: (row) => `/alerts/${part(row, 'id')}`,
  },
  { table: 'playbook_modes', title: titled('预案', 'Playbook'), columns: ['reason'], key: 'playbook', to: () => '/playbooks' },
  listed('inspection_exceptions', titled('攻击检测例外', 'Exception of inspection'), ['reason'], '/inspection'),
  {
    ...{
      table: 'inspection_feedback',
      title: titled('攻击检测反馈', 'Feedback on inspection'),
      columns: ['note'],
      key: ['request_id', 'rule'],
    },
    to: () => '/inspection',
  },
  {
    ...{
      table: 'learned_schemas',
      title: titled('学得的格式', 'Learned schema'),
      columns: ['reason'],
      key: ['app', 'route', 'version'],
    },
    to: () => '/field-types',
  },
  {
    table: 'data_corrections',
    title: titled('数据分类', 'Data inventory'),
    columns: ['note'],
    key: ['app', 'route', 'field'],
    to: () => '/data',
  },
  {
    ...{ table: 'guard_campaigns', title: titled('活动', 'Campaign'), columns: ['stop_reason'], key: ['app', 'campaign'] },
    to: ofCampaign,
  },
  {
    ...{ table: 'guard_batches', title: titled('兑换码批次', 'Batch of codes'), columns: ['label', 'revoke_reason'] },
    ...{ key: ['app', 'campaign', 'batch'], to: ofCampaign },
  },
  listed('releases', titled('发布', 'Release'), ['reason'], '/releases'),
  {
    ...{ table: 'scan_findings', title: titled('发现', 'Finding'), columns: ['reason'], key: 'id', wordsSince: 'reason' },
    to: (row) => `/findings/${part(row, 'id')}`,
  },
  {
    ...{ table: 'scan_finding_events', title: titled('发现的处理', 'Work on a finding'), columns: ['text'], key: 'number' },
    ...{ needs: ['finding'], to: (row) => `/findings/${part(row, 'finding')}` },
  },
  {
    ...{ table: 'risk_acceptances', title: titled('风险接受', 'Accepted risk'), columns: ['reason'], key: 'id', needs: ['risk'] },
    to: (row) => `/risk/${part(row, 'risk')}`,
  },
  {
    ...{
      table: 'risk_treatments',
      title: titled('风险处置', 'Treatment of a risk'),
      columns: ['plan'],
      key: 'id',
      needs: ['risk'],
    },
    to: (row) => `/risk/${part(row, 'risk')}`,
  },
  {
    ...{ table: 'compliance_exclusions', title: titled('合规排除', 'Exclusion from compliance'), columns: ['reason'], key: 'id' },
    ...{ needs: ['item'], to: (row) => `/compliance/${part(row, 'item')}` },
  },
  {
    ...{ table: 'compliance_attestations', title: titled('合规证明', 'Attestation'), columns: ['sealed'], key: 'id' },
    ...{ needs: ['item'], to: (row) => `/compliance/${part(row, 'item')}` },
  },
  listed('reports', titled('报告', 'Report'), ['reason', 'summary'], '/reports'),
  listed('training_assignments', titled('培训任务', 'Assignment'), ['reason'], '/training'),
  listed('training_drills', titled('钓鱼演练', 'Phishing drill'), ['reason'], '/drills'),
  {
    ...{ table: 'training_bulletins', title: titled('安全简报', 'Bulletin'), columns: ['draft'], key: 'id' },
    to: (row) => `/bulletins/${part(row, 'id')}`,
  },
  {
    ...{ table: 'training_contests', title: titled('竞赛', 'Contest'), columns: ['plan', 'result'], key: 'id' },
    to: (row) => `/contests/${part(row, 'id')}`,
  },
  {
    ...{ table: 'training_contest_players', title: titled('竞赛取消资格', 'Disqualification'), columns: ['disqualified_reason'] },
    ...{ key: ['contest', 'number'], to: (row) => `/contests/${part(row, 'contest')}`, wordsSince: 'disqualified' },
  },
  {
    ...{ table: 'training_certificates', title: titled('培训证书', 'Certificate'), columns: ['revoked_reason'], key: 'id' },
    ...{ to: () => '/training', wordsSince: 'revoked' },
  },
  {
    ...{ table: 'privacy_requests', title: titled('个人请求', 'Request of a person'), columns: ['sealed'], key: 'id' },
    to: (row) => `/privacy/requests/${row['id']}`,
  },
  {
    ...{ table: 'privacy_steps', title: titled('个人请求的办理', 'Work on a request'), columns: ['note'], key: 'id' },
    ...{ needs: ['request'], to: (row) => `/privacy/requests/${row['request']}` },
  },
  {
    ...{
      table: 'privacy_registers',
      title: titled('隐私登记', 'Privacy register'),
      columns: ['data'],
      key: ['kind', 'id', 'version'],
    },
    to: (row) => (row['kind'] === 'processor' ? '/privacy/processors' : '/privacy/assessments'),
  },
];

export const createAllFreeTexts = (store: Store, keys: Keys): readonly FreeTexts[] =>
  textTables.map((spec) => createFreeTexts(store, keys, spec));
