import {
  type AdministratorPower,
  adminSession,
  type Endpoint,
  endpoints,
  getInspection,
  listFindings,
  listPolicies,
  listRisks,
} from '@menshen/contract';
import { approved, freshCode, fromBase32, stepUpAgain, type TestAdministrator, type TestClock } from './administrators.ts';
import { complianceCalls } from './compliance-calls.ts';
import { type Answer, approvalOf, testPassword } from './console.ts';
import { containmentCalls } from './containment-calls.ts';
import { type ControlPlaneCall, type DeclareCall, type Parts, reason, type WithApproval } from './declared-call.ts';
import type { Deployment } from './deployment.ts';
import { incidentCalls } from './incident-calls.ts';
import { playbookCalls } from './playbook-calls.ts';
import { privacyCalls } from './privacy-calls.ts';
import { recoveryCalls } from './recovery-calls.ts';
import { riskCalls } from './risk-calls.ts';
import { scanCalls } from './scan-calls.ts';
import { trainingCalls } from './training-calls.ts';

export interface CallContext {
  readonly deployment: Deployment;
  readonly three: Readonly<Record<AdministratorPower, TestAdministrator>>;
  readonly clock: TestClock;
  /** The answers so far, by operation. */
  readonly answered: ReadonlyMap<string, Answer>;
}

/** The operation of an id. */
export function endpointOf(id: string): Endpoint {
  const found = endpoints.find((endpoint) => endpoint.id === id);
  if (found === undefined) throw new Error(`no operation ${id}`);
  return found;
}

const unknown = 'A'.repeat(22);
const sealItems: Readonly<Record<string, object>> = {
  sealEncrypt: { key: '1', value: 'x' },
  sealDecrypt: { key: '1', record: 'AAAA' },
  sealIndex: { value: 'x' },
  sealReencrypt: { key: '1', record: 'AAAA' },
};
const held = `h_${unknown.slice(0, 16)}`;
const learned = { app: 'portal', route: 'GET /me' };
const learnedSchemas = { body: null, query: { type: 'object', additionalProperties: false }, path: null };
const longToken = 'A'.repeat(43);
const policy = '@id("notes") permit (principal, action == Menshen::Action::"note.write", resource is Menshen::App);\n';

/** Every write of the control plane once, in an order in which each finds what it needs. */
export function controlPlaneCalls({ deployment, three, clock, answered }: CallContext): readonly ControlPlaneCall[] {
  const { security, audit } = three;
  const said = (id: string): Record<string, unknown> => answered.get(id)?.body ?? {};
  const text = (id: string, ...path: string[]): string =>
    String(path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], said(id)));
  /** The administrator who was invited. */
  const guest = (): string =>
    text(said('acceptInvitation')['next'] === 'signed_in' ? 'acceptInvitation' : 'loginEnrol', 'session', 'administrator', 'id');
  const call: DeclareCall = (id, who, parts = {}, code = null) => ({
    id,
    who,
    code,
    parts: typeof parts === 'function' ? parts : () => parts,
  });
  /** With the second factor shown anew. */
  const fresh = (who: AdministratorPower, parts: ControlPlaneCall['parts']) => async () => {
    const made = await parts();
    await stepUpAgain(three[who], clock);
    return made;
  };
  /** With the approval of another administrator. */
  const with2: WithApproval = (id, who, by, parts) => async () => {
    const made = await parts();
    // Each second factor takes half a minute of the test's clock: nobody's session may idle out meanwhile.
    for (const { browser } of Object.values(three)) await browser.call(adminSession);
    const headers = await approved(endpointOf(id), made, three[who], three[by], clock);
    await stepUpAgain(three[who], clock);
    return { ...made, headers };
  };
  const tea = { app: 'portal', campaign: 'tea' };
  const guardToken = {
    name: 'functions',
    scopes: ['guard', 'events:write', 'release', 'incidents'],
    grants: ['guard:portal/tea', 'events:portal', 'release:portal'],
    expiresInDays: 1,
  };
  const issued = (serial: number): string => (said('issueCodes')['codes'] as string[])[serial] ?? '';
  const machine = (body: Record<string, unknown>): Parts => ({
    body: { ...tea, ...body },
    headers: { authorization: `Bearer ${text('createApiToken', 'token')}` },
  });
  const invite = (username: string) => () => ({ body: { username, power: 'audit', reason } });

  return [
    // Who comes in.
    call('setup', 'nobody', { body: { token: longToken, username: 'late', password: testPassword } }, 'setup_closed'),
    call('externalStart', 'nobody', { body: { provider: 'none' } }, 'not_found'),
    call('externalFinish', 'nobody', { body: { provider: 'none', code: 'x', state: unknown } }, 'external_login_failed'),
    call('inviteAdministrator', 'system', with2('inviteAdministrator', 'system', 'security', invite('linshi'))),
    call('invitationState', 'nobody', () => ({ body: { token: text('inviteAdministrator', 'invitation', 'token') } })),
    call('acceptInvitation', 'nobody', () => ({
      body: { token: text('inviteAdministrator', 'invitation', 'token'), password: testPassword },
    })),
    call('loginEnrolPasskey', 'nobody', () => ({ body: { ticket: text('acceptInvitation', 'ticket') } })),
    call('loginEnrolTotp', 'nobody', () => ({ body: { ticket: text('acceptInvitation', 'ticket') } })),
    call('loginEnrol', 'nobody', () => {
      const code = freshCode(fromBase32(text('loginEnrolTotp', 'secret')), clock);
      return { body: { ticket: text('acceptInvitation', 'ticket'), proof: { method: 'totp', code } } };
    }),
    call('adminLogin', 'nobody', { body: { username: audit.username, password: testPassword } }),
    call('loginPasskeyOptions', 'nobody', { body: {} }),
    call('loginSecondFactor', 'nobody', () => ({
      body: { ticket: text('adminLogin', 'ticket'), proof: { method: 'totp', code: freshCode(audit.secret, clock) } },
    })),
    // Their own factors.
    call('stepUp', 'audit', () => ({ body: { proof: { method: 'totp', code: freshCode(audit.secret, clock) } } })),
    call('stepUpPasskey', 'audit'),
    call(
      'beginOwnPasskey',
      'audit',
      fresh('audit', () => ({})),
    ),
    call(
      'addOwnPasskey',
      'audit',
      fresh('audit', () => ({ body: { ticket: longToken, name: 'key', response: {} } })),
      'ticket_invalid',
    ),
    call(
      'removeOwnPasskey',
      'audit',
      fresh('audit', () => ({ params: { id: unknown } })),
      'not_found',
    ),
    call(
      'removeOwnTotp',
      'audit',
      fresh('audit', () => ({})),
      'last_factor',
    ),
    call(
      'renewOwnRecoveryCodes',
      'audit',
      fresh('audit', () => ({})),
    ),
    call(
      'beginOwnTotp',
      'security',
      fresh('security', () => ({})),
    ),
    call(
      'confirmOwnTotp',
      'security',
      fresh('security', () => ({ body: { ticket: longToken, code: '123456' } })),
      'ticket_invalid',
    ),
    call(
      'changeOwnPassword',
      'audit',
      fresh('audit', () => ({ body: { current: testPassword, password: `${testPassword} again` } })),
    ),
    // Other administrators.
    call('endAdministratorSession', 'audit', { params: { id: `s_${'A'.repeat(16)}` } }, 'not_found'),
    call(
      'separatePowers',
      'system',
      fresh('system', () => ({ body: { keep: 'system', reason } })),
      'power_conflict',
    ),
    call(
      'setAdministratorAddresses',
      'system',
      fresh('system', () => ({
        params: { id: guest() },
        body: { addresses: ['127.0.0.1'], reason },
      })),
    ),
    call(
      'resetAdministratorFactors',
      'system',
      with2('resetAdministratorFactors', 'system', 'security', () => ({
        params: { id: guest() },
        body: { reason },
      })),
    ),
    call(
      'resetAdministratorPassword',
      'system',
      with2('resetAdministratorPassword', 'system', 'security', () => ({
        params: { id: guest() },
        body: { reason },
      })),
    ),
    call('revokeInvitation', 'system', () => ({ params: { id: text('resetAdministratorPassword', 'invitation', 'id') } })),
    call(
      'bindAdministratorIdentity',
      'system',
      with2('bindAdministratorIdentity', 'system', 'security', () => ({
        params: { id: guest() },
        body: { provider: 'none', subject: 'x', reason },
      })),
      'not_found',
    ),
    call(
      'unbindAdministratorIdentity',
      'system',
      fresh('system', () => ({
        params: { id: guest() },
        body: { provider: 'none', subject: 'x', reason },
      })),
    ),
    call(
      'setAdministratorStatus',
      'system',
      fresh('system', () => ({
        params: { id: guest() },
        body: { status: 'disabled', reason },
      })),
    ),
    // Approvals, and what they are for.
    call(
      'requestApproval',
      'system',
      fresh('system', () => ({
        body: { ...approvalOf(endpointOf('setMode'), { body: { mode: 'monitor', reason } }), breakGlass: true },
      })),
    ),
    call(
      'decideApproval',
      'security',
      fresh('security', () => ({
        params: { id: text('requestApproval', 'id') },
        body: { decision: 'approve', digest: text('requestApproval', 'digest') },
      })),
      'approval_invalid',
    ),
    call('setMode', 'system', () => ({
      body: { mode: 'monitor', reason },
      headers: { 'x-menshen-approval': text('requestApproval', 'id') },
    })),
    call(
      'reviewApproval',
      'security',
      fresh('security', () => ({ params: { id: text('requestApproval', 'id') }, body: { verdict: 'justified', note: reason } })),
    ),
    call('cancelApproval', 'system', () => ({ params: { id: text('requestApproval', 'id') } }), 'approval_invalid'),
    call('setMode', 'system', { body: { mode: 'enforce', reason } }),

    // Limits and lists.
    call('addListEntries', 'security', {
      body: { list: 'deny', kind: 'address', values: ['203.0.113.0/24'], reason, owner: 'security team', hours: 24 },
    }),
    call('removeListEntries', 'security', () => ({ body: { ids: [text('addListEntries', 'added', '0', 'id')], reason } })),
    call('liftLimits', 'security', { body: { kind: 'person', who: 'zhang', reason } }),
    // Machines.
    call(
      'createApiToken',
      'security',
      fresh('security', () => ({ body: { name: 'backend', scopes: ['authorize'], expiresInDays: 1 } })),
    ),
    call('authorize', 'nobody', () => ({
      body: { uid: 'zhang', app: 'portal', action: 'note.write', resource: { type: 'Menshen::App', id: 'portal' } },
      headers: { authorization: `Bearer ${text('createApiToken', 'token')}` },
    })),
    call('authorizeFilter', 'nobody', () => ({
      body: {
        uid: 'zhang',
        app: 'portal',
        action: 'me.read',
        dialect: 'sqlite',
        resourceType: 'Menshen::User',
        table: { table: 'people', id: { column: 'uid' }, attributes: {} },
      },
      headers: { authorization: `Bearer ${text('createApiToken', 'token')}` },
    })),
    // Sealed fields: this machine has neither scope nor grant.
    ...['sealEncrypt', 'sealDecrypt', 'sealIndex', 'sealReencrypt'].map((id) =>
      call(
        id,
        'nobody',
        () => ({
          body: { app: 'portal', table: 'people', column: 'phone', purpose: 'support', items: [sealItems[id] ?? {}] },
          headers: { authorization: `Bearer ${text('createApiToken', 'token')}` },
        }),
        'token_scope',
      ),
    ),
    call(
      'rotateKey',
      'system',
      fresh('system', () => ({ body: { app: 'portal' } })),
    ),
    call('rewrapKeys', 'system', { body: {} }),
    call('rotateProofKey', 'system', { body: { purpose: 'reports' } }),
    call(
      'destroyKey',
      'system',
      with2('destroyKey', 'system', 'security', () => ({ params: { kid: text('rotateKey', 'kid') }, body: { reason } })),
      'key_in_use',
    ),
    call(
      'erasePerson',
      'security',
      with2('erasePerson', 'security', 'system', () => ({ body: { app: 'portal', person: 'zhang', reason } })),
    ),
    call('judgeAlert', 'security', { params: { id: `a_${unknown}` }, body: { verdict: 'false' } }, 'not_found'),
    call('tuneDetection', 'security', () => ({
      body: { rule: 'off_hours', subject: { kind: 'user', value: 'zhang' }, reason, expiresAt: clock.now + 86_400_000 },
    })),
    call('revokeTuning', 'security', () => ({ params: { id: text('tuneDetection', 'id') }, body: { reason } })),
    call('acknowledgeNotice', 'security', { params: { id: `n_${unknown}` }, body: {} }, 'not_found'),
    call('testNotifyChannel', 'system', { params: { id: 'robot' }, body: {} }),
    ...containmentCalls(
      call,
      fresh,
      () => clock.now,
      () => text('applyMeasure', 'id'),
    ),
    call('registerRelease', 'security', { body: { manifest: '{}' } }, 'release_unsigned'),
    call(
      'revokeRelease',
      'security',
      fresh('security', () => ({ params: { id: `r_${unknown}` }, body: { reason } })),
      'not_found',
    ),
    call('revokeApiToken', 'security', () => ({ params: { id: text('createApiToken', 'view', 'id') } })),
    ...recoveryCalls(call),
    ...scanCalls(call, async () => {
      const { findings } = (await security.browser.call(listFindings)).body;
      return findings.map(({ id }: { id: string }) => id);
    }),
    ...complianceCalls(call, with2, () => clock.now, text),
    ...riskCalls(
      call,
      with2,
      () => clock.now,
      text,
      async () => {
        const { risks } = (await security.browser.call(listRisks)).body;
        return risks[0]?.id ?? '';
      },
    ),
    // Campaigns, and machines that act in them.
    call(
      'issueCodes',
      'security',
      fresh('security', () => ({ params: tea, body: { count: 4, label: 'spring', place: 'SH001' } })),
    ),
    call(
      'readCodes',
      'security',
      fresh('security', () => ({ params: { ...tea, batch: '1' } })),
    ),
    call(
      'createApiToken',
      'security',
      with2('createApiToken', 'security', 'system', () => ({ body: guardToken })),
    ),
    call('guardReserve', 'nobody', () => machine({ uid: 'zhang', amountCents: 800, code: issued(0) })),
    call('guardCommit', 'nobody', () =>
      machine({ reservation: text('guardReserve', 'reservation'), coupon: 'C1', amountCents: 800 }),
    ),
    call('guardRedeem', 'nobody', () => machine({ uid: 'zhang', coupon: 'C1', amountCents: 800 })),
    call('guardReserve', 'nobody', () => machine({ uid: 'zhang', amountCents: 800, code: issued(1) })),
    call('guardRelease', 'nobody', () => machine({ reservation: text('guardReserve', 'reservation') })),
    ...incidentCalls(call, () => clock.now, text),
    ...playbookCalls(call, text, with2),
    call('reportDrift', 'nobody', () => ({
      body: {
        ...{ app: 'portal', version: '1.0.0', buildId: 'a'.repeat(64), ok: false, total: 1 },
        ...{ changed: ['index.js'], missing: [], added: [] },
      },
      headers: { authorization: `Bearer ${text('createApiToken', 'token')}` },
    })),
    call('reportEvents', 'nobody', () => ({
      body: { app: 'portal', events: [{ id: 'e1', ts: clock.now, action: 'order.read' }] },
      headers: { authorization: `Bearer ${text('createApiToken', 'token')}` },
    })),
    call('revokeApiToken', 'security', () => ({ params: { id: text('createApiToken', 'view', 'id') } })),
    call('revokeCodes', 'security', { params: { ...tea, batch: '1' }, body: { reason } }),
    call('stopCampaign', 'security', { params: tea, body: { reason } }),
    call(
      'resumeCampaign',
      'security',
      fresh('security', () => ({ params: tea, body: { reason } })),
    ),
    call(
      'voidGrant',
      'security',
      fresh('security', () => ({ params: { ...tea, grant: `g_${unknown}` }, body: { reason } })),
      'not_found',
    ),
    call(
      'resolveGrant',
      'security',
      fresh('security', () => ({ params: { ...tea, grant: `g_${unknown}` }, body: { happened: true, reason } })),
      'not_found',
    ),
    // Policies.
    call('checkPolicies', 'security', { body: { files: [{ name: 'test.cedar', text: policy }] } }),
    call('tryPolicies', 'security', { body: { files: [{ name: 'test.cedar', text: policy }] } }),
    call('explainDecision', 'security', {
      body: { uid: 'zhang', app: 'portal', action: 'note.write', resource: { type: 'Menshen::App', id: 'portal' } },
    }),
    call(
      'publishPolicies',
      'security',
      with2('publishPolicies', 'security', 'audit', async () => {
        const listed = await security.browser.call(listPolicies);
        return { body: { files: [{ name: 'test.cedar', text: policy }], from: listed.body.version, reason } };
      }),
    ),
    // Inspection.
    call('createInspectionException', 'security', () => ({
      body: {
        app: 'portal',
        route: 'POST /notes',
        rule: 'sql.tautology',
        where: { place: 'json', name: 'text' },
        reason,
        expiresAt: clock.now + 86_400_000,
      },
    })),
    call('extendInspectionException', 'security', () => ({
      params: { id: text('createInspectionException', 'id') },
      body: { expiresAt: clock.now + 2 * 86_400_000, reason },
    })),
    call('revokeInspectionException', 'security', () => ({
      params: { id: text('createInspectionException', 'id') },
      body: { reason },
    })),
    call(
      'reportInspection',
      'security',
      { body: { requestId: unknown, rule: 'sql.tautology', verdict: 'false_positive' } },
      'not_found',
    ),
    call('replayInspection', 'security', {
      body: { routes: [{ app: 'portal', route: 'POST /notes', mode: 'monitor' }] },
    }),
    call('changeInspection', 'security', async () => {
      const { version } = (await security.browser.call(getInspection)).body;
      return { body: { routes: [{ app: 'portal', route: 'POST /notes', mode: 'enforce' }], from: version, reason } };
    }),
    // Field types.
    call('proposeSchemas', 'security', { body: learned }, 'conflict'),
    call('checkSchemas', 'security', { body: { schemas: learnedSchemas } }),
    call('editSchemas', 'security', { body: { ...learned, schemas: learnedSchemas } }),
    call(
      'approveSchemas',
      'security',
      fresh('security', () => ({ body: { ...learned, version: 1, reason } })),
    ),
    call(
      'withdrawSchemas',
      'security',
      with2('withdrawSchemas', 'security', 'audit', () => ({ body: { ...learned, version: 1, reason } })),
    ),
    call(
      'restoreSchemas',
      'security',
      fresh('security', () => ({ body: { ...learned, version: 1, reason } })),
    ),
    call('rejectSchemas', 'security', { body: { ...learned, version: 9, reason } }, 'conflict'),
    // Privacy.
    ...privacyCalls(call, text, with2),
    // Training.
    ...trainingCalls(call, text, fresh, unknown, with2),
    // Data inventory.
    call(
      'correctDataField',
      'security',
      {
        body: { app: 'portal', route: 'GET /me', field: 'mobile', kind: null, level: 2, owner: '', note: '', notPersonal: false },
      },
      'not_found',
    ),
    call('registerExport', 'audit', { body: { what: 'campaign-codes', subject: 'tea', rows: 3 } }),
    // People.
    call('syncDirectory', 'system'),
    call('syncDirectorySource', 'security', { params: { source: 'wecom' } }),
    call(
      'setPersonRoles',
      'security',
      fresh('security', () => ({ params: { uid: 'zhang' }, body: { roles: ['admin'] } })),
    ),
    call('createBindingCode', 'security', { params: { uid: 'zhang' } }),
    call('createEnrolmentCode', 'security', { params: { uid: 'zhang' }, body: { deliver: 'show' } }),
    call('removePersonFactor', 'security', { params: { uid: 'zhang', kind: 'totp' }, body: { reason } }),
    call('unlockPersonFactor', 'security', { params: { uid: 'zhang', kind: 'totp' }, body: { reason } }),
    call('revokeSession', 'security', async () => {
      await deployment.token('zhang');
      return { params: { sid: deployment.platform.identity.sessions.ofPerson('zhang')[0]?.sid ?? '' } };
    }),
    call('revokePersonSessions', 'security', async () => {
      await deployment.token('zhang');
      return { params: { uid: 'zhang' }, body: { reason } };
    }),
    call('removeIdentity', 'security', {
      params: { uid: 'zhang' },
      body: { channel: 'wecom', provider: 'wwtest', subject: 'zhang' },
    }),
    call(
      'assignRole',
      'security',
      fresh('security', () => ({ body: { uid: 'zhang', role: 'reader', scope: { kind: 'self' } } })),
    ),
    call('createDelegation', 'security', () => ({
      body: { from: 'zhang', to: 'li', role: 'admin', ends: clock.now + 3_600_000, reason },
    })),
    call('endDelegation', 'security', () => ({ params: { id: text('createDelegation', 'id') } })),
    call('unassignRole', 'security', () => ({ params: { id: text('assignRole', 'id') } })),
    call('blockPerson', 'security', { params: { uid: 'li' }, body: { blocked: true, reason } }),
    call('putLocalPerson', 'security', { params: { uid: 'guest-1' }, body: { name: '访客', kind: 'partner' } }),
    call(
      'mergePeople',
      'security',
      fresh('security', () => ({ params: { uid: 'zhang' }, body: { from: 'guest-1', reason } })),
    ),
    call('removeLocalPerson', 'security', { params: { uid: 'nobody' } }, 'not_found'),
    call(
      'releasePerson',
      'security',
      fresh('security', () => ({ params: { uid: 'nobody' }, body: { source: 'wecom' } })),
      'conflict',
    ),
    call('previewCsv', 'security', { body: { people: Buffer.from('uid,name\nzhao,赵\n').toString('base64') } }),
    call('discardHeldChange', 'security', { params: { id: held } }, 'not_found'),
    call(
      'confirmHeldChange',
      'security',
      fresh('security', () => ({ params: { id: held }, body: { left: 0 } })),
      'not_found',
    ),
    call(
      'revokeAllSessions',
      'security',
      with2('revokeAllSessions', 'security', 'system', () => ({ body: { reason } })),
    ),
    call(
      'verifyAudit',
      'audit',
      fresh('audit', () => ({})),
    ),
    call(
      'adminLogout',
      'audit',
      fresh('audit', () => ({})),
    ),
  ];
}
