import type { ApprovalView } from '@menshen/contract';
import { now } from './company.ts';
import { policyText } from './policy-handlers.ts';

const minute = 60_000;
const day = 86_400_000;

const approval = (rest: Partial<ApprovalView> & Pick<ApprovalView, 'id' | 'endpoint' | 'summary'>): ApprovalView => ({
  method: 'POST',
  path: '/api/v1/administrators',
  params: {},
  query: {},
  body: {},
  digest: 'ab'.repeat(32),
  reason: '',
  told: null,
  state: 'pending',
  requestedBy: { id: 'a_chenjingyi01', username: 'chen.jingyi' },
  requestedAt: now - 25 * minute,
  expiresAt: now + 23 * 3_600_000,
  notBefore: null,
  approvers: ['system', 'security', 'audit'],
  decidedBy: null,
  decidedAt: null,
  note: null,
  spentAt: null,
  problem: null,
  breakGlass: false,
  review: null,
  mine: false,
  mayDecide: false,
  mayReview: false,
  deviation: null,
  ...rest,
});

/** Who reads. */
export const me = { id: 'a_admin0000001', username: 'admin' };
const inviteSummary = { zh: '邀请一位管理员（须他人批准）', en: 'Invite an administrator; needs approval' };

/** What waits, was forced and was decided among the separated administrators. */
export const approvals: readonly ApprovalView[] = [
  approval({
    id: 'p_0123456789abcde1',
    endpoint: 'createApiToken',
    summary: {
      zh: '签发接口令牌，只显示一次；可写的须他人批准',
      en: 'Issue an API token, shown once; one that may write needs approval',
    },
    path: '/api/v1/tokens',
    body: { name: '门户后端', scopes: ['authorize', 'seal'], expiresInDays: 180, addresses: ['10.20.0.0/16'] },
    reason: '员工门户上线，需要按字段加密身份证号。',
    approvers: ['system'],
    mayDecide: true,
  }),
  approval({
    id: 'p_0123456789abcde2',
    endpoint: 'revokeAllSessions',
    summary: { zh: '终止所有人的全部会话（须他人批准）', en: 'End every session of everybody; needs approval' },
    path: '/api/v1/sessions/revoke-all',
    body: { reason: '怀疑会话密钥泄露' },
    reason: '凌晨发现大量异地会话，无法联系到批准人。',
    requestedAt: now - 9 * 3_600_000,
    state: 'spent',
    spentAt: now - 9 * 3_600_000,
    breakGlass: true,
    review: { state: 'open', by: null, at: null, note: null },
    mayReview: true,
  }),
  approval({
    id: 'p_0123456789abcde5',
    endpoint: 'publishPolicies',
    summary: { zh: '发布策略', en: 'Publish policies' },
    path: '/api/v1/policies/publish',
    body: { files: [{ name: 'portal.cedar', text: policyText }], from: 'v1', reason: '工资导出只在工作时间' },
    reason: '工资导出只在工作时间',
    mayDecide: true,
  }),
  approval({
    id: 'p_0123456789abcde3',
    endpoint: 'inviteAdministrator',
    summary: inviteSummary,
    body: { username: 'zhao.wenbo', power: 'audit', reason: '审计岗位交接' },
    reason: '审计岗位交接',
    requestedBy: me,
    requestedAt: now - 3 * 3_600_000,
    state: 'approved',
    decidedBy: { id: 'a_chenjingyi01', username: 'chen.jingyi' },
    decidedAt: now - 40 * minute,
    mine: true,
  }),
  approval({
    id: 'p_0123456789abcde4',
    endpoint: 'resetAdministratorFactors',
    summary: {
      zh: '清除管理员的二次验证方式，下次登录须重新绑定（须他人批准）',
      en: "Remove an administrator's second factors, to be enrolled anew at the next sign-in; needs approval",
    },
    path: '/api/v1/administrators/{id}/reset-factors',
    params: { id: 'a_wangmingyuan' },
    body: { reason: '手机丢失，已当面核实' },
    reason: '手机丢失，已当面核实',
    requestedAt: now - 6 * day,
    state: 'refused',
    decidedBy: me,
    decidedAt: now - 6 * day + minute,
    note: '本人已找回手机。',
  }),
  approval({
    id: 'p_0123456789abcde6',
    endpoint: 'applyMeasure',
    summary: { zh: '采取遏制措施', en: 'Take a measure of containment' },
    path: '/api/v1/measures',
    body: { kind: 'stop_campaign', target: { app: 'coupon', campaign: 'spring' } },
    reason: '领取金额异常',
    requestedAt: now - 5 * day,
    state: 'spent',
    decidedBy: me,
    decidedAt: now - 5 * day + 20 * minute,
    spentAt: now - 5 * day + 20 * minute,
    problem: 'validation_failed target.campaign campaign_unknown',
  }),
];
