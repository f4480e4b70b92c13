import type {
  AdministratorSessionView,
  AdministratorView,
  ApiTokenView,
  ApprovalView,
  listAdministrators,
} from '@menshen/contract';
import type * as z from 'zod';
import { now } from './company.ts';

const minute = 60_000;
const day = 86_400_000;

/** Administrators and what they share. */
export interface IdentityWorld {
  administrators: readonly AdministratorView[];
  invitations: z.output<(typeof listAdministrators)['response']>['invitations'];
  approvals: readonly ApprovalView[];
  tokens: readonly ApiTokenView[];
  sessions: readonly AdministratorSessionView[];
  deviation: 'single_operator' | null;
  /** Whether sensitive acts ask for the second factor again. */
  fresh: boolean;
  /** What a right password leads to. */
  login: 'signed_in' | 'second_factor' | 'enrol';
  providers: readonly { readonly id: string; readonly kind: 'oidc' | 'wecom'; readonly name: { zh: string; en: string } }[];
}

export const invitationToken = 'invitation-0123456789abcdef';
export const totpCode = '123456';

const account = (
  rest: Partial<AdministratorView> & Pick<AdministratorView, 'id' | 'username' | 'powers'>,
): AdministratorView => ({
  status: 'active',
  created: now - 200 * day,
  lastLogin: now - 2 * 3_600_000,
  factors: { totp: true, passkeys: 0, recoveryCodesLeft: 10 },
  identities: [],
  addresses: [],
  sessions: 0,
  own: false,
  actable: false,
  ...rest,
});

const approval = (rest: Partial<ApprovalView> & Pick<ApprovalView, 'id' | 'endpoint' | 'summary'>): ApprovalView => ({
  method: 'POST',
  path: '/api/v1/administrators',
  params: {},
  query: {},
  body: {},
  digest: 'ab'.repeat(32),
  reason: '',
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
  breakGlass: false,
  review: null,
  mine: false,
  mayDecide: false,
  mayReview: false,
  deviation: null,
  ...rest,
});

const me = { id: 'a_admin0000001', username: 'admin' };
const inviteSummary = { zh: '邀请一位管理员（须他人批准）', en: 'Invite an administrator; needs approval' };

const approvals: readonly ApprovalView[] = [
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
      zh: '清除管理员的第二因素，下次登录须重新绑定（须他人批准）',
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
];

/** Three administrators with separated powers, of whom the reader is the system administrator. */
export function separatedIdentity(): IdentityWorld {
  return {
    administrators: [
      account({
        ...me,
        powers: ['system'],
        factors: { totp: true, passkeys: 2, recoveryCodesLeft: 8 },
        sessions: 2,
        own: true,
      }),
      account({
        id: 'a_chenjingyi01',
        username: 'chen.jingyi',
        powers: ['security'],
        factors: { totp: true, passkeys: 0, recoveryCodesLeft: 2 },
        identities: [{ provider: 'wecom', subject: 'chen.jingyi', boundBy: 'admin', boundAt: now - 90 * day }],
        sessions: 1,
        actable: true,
      }),
      account({
        id: 'a_wangmingyuan',
        username: 'wang.mingyuan',
        powers: ['audit'],
        factors: { totp: false, passkeys: 0, recoveryCodesLeft: 0 },
        addresses: ['10.0.0.0/8', '203.0.113.0/24'],
        lastLogin: null,
        actable: true,
      }),
      account({
        id: 'a_zhouruoxi001',
        username: 'zhou.ruoxi',
        powers: ['audit'],
        status: 'disabled',
        actable: true,
        lastLogin: now - 120 * day,
      }),
    ],
    invitations: [
      {
        id: 'i_0123456789ab',
        purpose: 'create',
        power: 'security',
        username: null,
        createdBy: 'admin',
        expiresAt: now + 20 * 3_600_000,
      },
    ],
    approvals,
    tokens: [
      token({
        id: 'T0123456789abcdefghij1',
        name: '审计归档',
        scopes: ['audit:read'],
        expires: now + 6 * day,
        lastUsed: now - 3 * minute,
        lastAddress: '10.20.3.4',
      }),
      token({
        id: 'T0123456789abcdefghij2',
        name: '门户后端',
        scopes: ['authorize', 'guard', 'seal'],
        addresses: ['10.20.0.0/16'],
        expires: now + 120 * day,
        lastUsed: now - 8_000,
        lastAddress: '10.20.3.9',
      }),
      token({ id: 'T0123456789abcdefghij3', name: 'Entra ID SCIM', scopes: ['scim'], expires: now + 300 * day }),
      token({ id: 'T0123456789abcdefghij4', name: '旧门户', scopes: ['people:read'], expires: now - 40 * day, state: 'expired' }),
    ],
    sessions: [
      {
        id: 's_0123456789abcde1',
        administrator: me,
        created: now - 3_600_000,
        lastSeen: now - 2_000,
        absoluteExpires: now + 8 * 3_600_000,
        address: '10.8.0.21',
        userAgent:
          'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15',
        methods: ['password', 'totp'],
        current: true,
      },
      {
        id: 's_0123456789abcde2',
        administrator: me,
        created: now - 7 * 3_600_000,
        lastSeen: now - 40 * minute,
        absoluteExpires: now + 3_600_000,
        address: '203.0.113.77',
        userAgent:
          'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/144.0.0.0 Safari/537.36',
        methods: ['wecom', 'passkey'],
        current: false,
      },
    ],
    deviation: null,
    fresh: true,
    login: 'signed_in',
    providers: [
      { id: 'wecom', kind: 'wecom', name: { zh: '企业微信扫码', en: 'WeCom' } },
      { id: 'entra', kind: 'oidc', name: { zh: '公司账号', en: 'company account' } },
    ],
  };
}

/** One administrator with all powers, as after a quick set-up: the everyday of most tests. */
export function singleIdentity(): IdentityWorld {
  const separated = separatedIdentity();
  return {
    ...separated,
    administrators: separated.administrators
      .filter(({ own }) => own)
      .map((one) => ({ ...one, powers: ['system', 'security', 'audit'] })),
    invitations: [],
    approvals: [],
    tokens: [],
    deviation: 'single_operator',
    providers: [],
  };
}

function token(rest: Partial<ApiTokenView> & Pick<ApiTokenView, 'id' | 'name' | 'scopes' | 'expires'>): ApiTokenView {
  return {
    addresses: [],
    created: now - 60 * day,
    createdBy: 'chen.jingyi',
    lastUsed: null,
    lastAddress: null,
    state: 'active',
    ...rest,
  };
}
