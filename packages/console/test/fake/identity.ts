import type {
  AdministratorSessionView,
  AdministratorView,
  ApiTokenView,
  ApprovalView,
  listAdministrators,
  PasskeyView,
} from '@menshen/contract';
import type * as z from 'zod';
import { approvals, me } from './approvals.ts';
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
  /** The reader's own. */
  passkeys: readonly PasskeyView[];
  deviation: 'single_operator' | null;
  /** Whether sensitive acts ask for the second factor again. */
  fresh: boolean;
  /** What a right password leads to. */
  login: 'signed_in' | 'second_factor' | 'enrol';
  providers: readonly { readonly id: string; readonly kind: 'oidc' | 'wecom'; readonly name: { zh: string; en: string } }[];
}

export const invitationToken = 'invitation-0123456789abcdef';
export const totpCode = '123456';

const passkeys: readonly PasskeyView[] = [
  { id: 'passkey-0123456789', name: '办公室电脑', created: now - 90 * day, lastUsed: now - 3_600_000, backedUp: false },
  { id: 'passkey-9876543210', name: 'iPhone', created: now - 10 * day, lastUsed: null, backedUp: true },
];

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
    passkeys,
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
      token({
        id: 'T0123456789abcdefghij3',
        name: 'Entra ID SCIM',
        scopes: ['scim'],
        expires: now + 300 * day,
        issuerActive: false,
      }),
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
    passkeys,
    tokens: [],
    deviation: 'single_operator',
    providers: [],
  };
}

function token(rest: Partial<ApiTokenView> & Pick<ApiTokenView, 'id' | 'name' | 'scopes' | 'expires'>): ApiTokenView {
  return {
    grants: [],
    addresses: [],
    created: now - 60 * day,
    createdBy: 'chen.jingyi',
    issuerActive: true,
    lastUsed: null,
    lastAddress: null,
    state: 'active',
    ...rest,
  };
}
