import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import { invitationToken, totpCode } from './identity.ts';
import type { World } from './world.ts';

const day = 86_400_000;
const recoveryCodes = Array.from({ length: 10 }, (_, at) => `k7dq-${String(at)}m2x-9p4v-hw3t-c8zr-6njb-5fyg`);

const invitation = (power: contract.AdministratorPower, username: string | null): contract.IssuedInvitation => ({
  id: `i_${power}0123456`.slice(0, 14),
  purpose: 'create',
  power,
  username,
  token: invitationToken,
  path: `/invitation#token=${invitationToken}`,
  expiresAt: now + day,
});

/** What a browser is asked to make a passkey of (WebAuthn Level 3, 5.4). */
const newPasskey = {
  rp: { id: 'localhost', name: 'Menshen' },
  user: { id: 'AQ', name: 'admin', displayName: 'admin' },
  challenge: 'AQIDBA',
  pubKeyCredParams: [
    { type: 'public-key', alg: -7 },
    { type: 'public-key', alg: -257 },
  ],
  timeout: 60_000,
  attestation: 'none',
  authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
};

/** Signing in by steps, administrators, approvals, tokens and one's own factors. */
export function identityHandlers(world: () => World, session: () => contract.AdministratorSession): readonly FakeHandler[] {
  const identity = () => world().identity;
  const enter = () => {
    world().signedIn = true;
    return { next: 'signed_in' as const, session: session() };
  };
  const enrolStep = () => ({
    next: 'enrol' as const,
    ticket: 'ticket-0123456789abcdef',
    methods: ['totp' as const, 'passkey' as const],
    expiresAt: now + 600_000,
  });
  const totp = () => ({
    ticket: 'ticket-0123456789abcdef',
    secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    uri: 'otpauth://totp/Menshen:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Menshen',
    expiresAt: now + 600_000,
  });
  const passkey = () => ({ ticket: 'ticket-0123456789abcdef', options: { challenge: 'AQIDBA' }, expiresAt: now + 60_000 });
  const sensitive = (): void => {
    if (!identity().fresh) throw new contract.MenshenError('step_up_required');
  };
  const approved = (approval: string | undefined): void => {
    sensitive();
    if (approval === undefined) throw new contract.MenshenError('approval_required');
    setApproval(approval, (one) => ({ ...one, state: 'spent', spentAt: now }));
  };
  const setApproval = (id: string, change: (approval: contract.ApprovalView) => contract.ApprovalView): contract.ApprovalView => {
    const found = identity().approvals.find((one) => one.id === id);
    if (found === undefined) throw new contract.MenshenError('not_found');
    const changed = change(found);
    identity().approvals = identity().approvals.map((one) => (one.id === id ? changed : one));
    return changed;
  };
  const isOpen = ({ state, review }: contract.ApprovalView): boolean =>
    ['pending', 'waiting', 'approved'].includes(state) || review?.state === 'open';
  const me = { id: 'a_admin0000001', username: 'admin' };

  return [
    bind(contract.invitationState, ({ body }) => {
      if (body.token !== invitationToken) throw new contract.MenshenError('invitation_invalid');
      return {
        purpose: 'create' as const,
        power: 'audit' as const,
        username: null,
        minimumPasswordLength: 12,
        expiresAt: now + day,
      };
    }),
    bind(contract.acceptInvitation, enrolStep),
    bind(contract.loginSecondFactor, ({ body: { proof } }) => {
      if (proof.method === 'totp' && proof.code !== totpCode) throw new contract.MenshenError('admin_factor_failed');
      return enter();
    }),
    bind(contract.loginPasskeyOptions, passkey),
    bind(contract.loginEnrolTotp, totp),
    bind(contract.loginEnrolPasskey, passkey),
    bind(contract.loginEnrol, ({ body: { proof } }) => {
      if (proof.method === 'totp' && proof.code !== totpCode) throw new contract.MenshenError('admin_factor_failed');
      return { session: enter().session, recoveryCodes };
    }),
    bind(contract.externalStart, ({ body }) => ({ url: `http://127.0.0.1:9/${body.provider}` })),
    bind(contract.externalFinish, ({ body }) => {
      if (body.code !== 'good') throw new contract.MenshenError('external_login_failed');
      return {
        next: 'second_factor' as const,
        ticket: 'ticket-0123456789abcdef',
        methods: ['totp' as const],
        expiresAt: now + 600_000,
      };
    }),
    bind(contract.stepUpPasskey, passkey),
    bind(contract.stepUp, ({ body: { proof } }) => {
      if (proof.method === 'totp' && proof.code !== totpCode) throw new contract.MenshenError('admin_factor_failed');
      identity().fresh = true;
      return session();
    }),
    bind(contract.getOwnFactors, () => ({
      totp: { enrolledAt: now - 200 * day },
      passkeys: [...identity().passkeys],
      recoveryCodesLeft: 3,
      identities: [],
    })),
    bind(contract.beginOwnPasskey, () => {
      sensitive();
      return { ticket: 'ticket-0123456789abcdef', options: newPasskey, expiresAt: now + 60_000 };
    }),
    bind(contract.addOwnPasskey, ({ body }) => {
      const id = typeof body.response['id'] === 'string' ? body.response['id'] : '';
      const passkey = { id, name: body.name, created: now, lastUsed: null, backedUp: false };
      identity().passkeys = [...identity().passkeys, passkey];
      return { passkey, recoveryCodes: null };
    }),
    bind(contract.beginOwnTotp, () => {
      sensitive();
      return totp();
    }),
    bind(contract.confirmOwnTotp, ({ body }) => {
      if (body.code !== totpCode) throw new contract.MenshenError('admin_factor_failed');
      return { recoveryCodes: null };
    }),
    bind(contract.renewOwnRecoveryCodes, () => {
      sensitive();
      return { recoveryCodes };
    }),
    bind(contract.changeOwnPassword, () => ({ sessionsEnded: 1 })),
    bind(contract.listAdministratorSessions, () => ({ sessions: [...identity().sessions] })),
    bind(contract.endAdministratorSession, ({ params }) => {
      identity().sessions = identity().sessions.filter(({ id }) => id !== params.id);
      return { ok: true as const };
    }),
    bind(contract.listAdministrators, () => ({
      administrators: [...identity().administrators],
      invitations: [...identity().invitations],
      vacant: [],
      deviation: identity().deviation,
    })),
    bind(contract.inviteAdministrator, ({ body, approval }) => {
      approved(approval);
      return { invitation: invitation(body.power, body.username) };
    }),
    bind(contract.revokeInvitation, ({ params }) => {
      identity().invitations = identity().invitations.filter(({ id }) => id !== params.id);
      return { ok: true as const };
    }),
    bind(contract.setAdministratorStatus, ({ params, body, approval }) => {
      if (body.status === 'active') approved(approval);
      else sensitive();
      identity().administrators = identity().administrators.map((one) =>
        one.id === params.id ? { ...one, status: body.status, sessions: 0 } : one,
      );
      return { sessionsEnded: 1 };
    }),
    bind(contract.resetAdministratorFactors, ({ approval }) => {
      approved(approval);
      return { sessionsEnded: 1 };
    }),
    bind(contract.separatePowers, () => {
      sensitive();
      identity().deviation = null;
      return { invitations: [invitation('security', null), invitation('audit', null)] };
    }),
    bind(contract.listApprovals, ({ query }) => ({
      approvals: identity().approvals.filter((one) => query.show === 'all' || isOpen(one)),
      next: null,
    })),
    bind(contract.requestApproval, ({ body }) => {
      sensitive();
      const endpoint = contract.endpoints.find((one) => one.id === body.endpoint);
      if (endpoint === undefined) throw new contract.MenshenError('not_found');
      const filed: contract.ApprovalView = {
        id: `p_fake${String(identity().approvals.length).padStart(12, '0')}`,
        endpoint: endpoint.id,
        summary: endpoint.summary,
        method: endpoint.method,
        path: endpoint.path,
        params: body.params,
        query: body.query,
        body: body.body,
        digest: 'cd'.repeat(32),
        reason: body.reason,
        told: null,
        state: body.breakGlass ? 'approved' : 'pending',
        requestedBy: me,
        requestedAt: now,
        expiresAt: now + day,
        notBefore: null,
        approvers: [...(endpoint.approval?.approvers ?? [])],
        decidedBy: null,
        decidedAt: null,
        note: null,
        spentAt: null,
        problem: null,
        breakGlass: body.breakGlass,
        review: body.breakGlass ? { state: 'open', by: null, at: null, note: null } : null,
        mine: true,
        mayDecide: false,
        mayReview: false,
        deviation: null,
      };
      identity().approvals = [filed, ...identity().approvals];
      return filed;
    }),
    bind(contract.decideApproval, ({ params, body }) =>
      setApproval(params.id, (one) => ({
        ...one,
        state: body.decision === 'approve' ? 'approved' : 'refused',
        decidedBy: me,
        decidedAt: now,
        note: body.note,
        mayDecide: false,
      })),
    ),
    bind(contract.cancelApproval, ({ params }) => setApproval(params.id, (one) => ({ ...one, state: 'cancelled' }))),
    bind(contract.reviewApproval, ({ params, body }) =>
      setApproval(params.id, (one) => ({
        ...one,
        mayReview: false,
        review: { state: body.verdict, by: me, at: now, note: body.note },
      })),
    ),
    bind(contract.listApiTokens, () => ({ tokens: [...identity().tokens] })),
    bind(contract.createApiToken, ({ body, approval }) => {
      if (body.scopes.some((scope) => contract.writeScopes.includes(scope) || scope === contract.auditScope)) approved(approval);
      else sensitive();
      const view: contract.ApiTokenView = {
        id: 'T0123456789abcdefghij9',
        name: body.name,
        scopes: body.scopes,
        grants: body.grants,
        addresses: body.addresses,
        created: now,
        createdBy: 'admin',
        issuerActive: true,
        expires: now + body.expiresInDays * day,
        lastUsed: null,
        lastAddress: null,
        state: 'active',
      };
      identity().tokens = [view, ...identity().tokens];
      return { token: 'mst_0123456789abcdefghij9_secretsecretsecretsecretsecretsecretsecret', view };
    }),
    bind(contract.revokeApiToken, ({ params }) => {
      identity().tokens = identity().tokens.map((one) => (one.id === params.id ? { ...one, state: 'revoked' } : one));
      return { ok: true as const };
    }),
  ];
}
