import { join } from 'node:path';
import { isForUs, mapEvent, SigmaEngine, type SigmaEvent } from '@menshen/sigma';
import { describe, expect, it } from 'vitest';
import {
  type AuthenticationFields,
  authenticationEvent,
  detectionEvent,
  type EntityManagementFields,
  entityManagementEvent,
  gatewayEvent,
} from '../audit/events.ts';
import { fieldAccessEvent } from '../audit/field-events.ts';
import { readSigmaFile, sigmaFiles } from '../cli/detect/sigma-files.ts';

/** Rules of the product's own, over events as the product records them and as backends report them: each with what it is to see and what not. */
const documents = sigmaFiles([join(import.meta.dirname, '..', '..', 'detections')]).flatMap(
  (file) => readSigmaFile(file, { strict: true }).documents,
);
const rules = documents.flatMap(({ document }) => document ?? []);
const beijing = 480;
const start = Date.UTC(2026, 10, 24, 2);
const second = 1_000;
const minute = 60 * second;

type Timed = (time: number) => SigmaEvent;

const ocsf =
  (build: (time: number) => string): Timed =>
  (time) =>
    JSON.parse(build(time)) as SigmaEvent;

const activity =
  (fields: Readonly<Record<string, unknown>>): Timed =>
  (time) => ({ id: `a${time}`, ts: time, user: 'zhang', ip: '10.1.1.1', session: 's1', device: 'd1', ...fields });

const login = (ok: boolean, more: Partial<AuthenticationFields> = {}): Timed =>
  ocsf((time) =>
    authenticationEvent({
      time,
      activity: 'logon',
      app: 'portal',
      channel: 'wecom',
      uid: 'zhang',
      address: '10.1.1.1',
      userAgent: null,
      session: ok ? 's1' : null,
      code: ok ? null : 'login_failed',
      requestId: null,
      ...more,
    }),
  );

const request = (more: Partial<Parameters<typeof gatewayEvent>[0]> = {}): Timed =>
  ocsf((time) =>
    gatewayEvent({
      time,
      requestId: `r${time}`,
      method: 'GET',
      path: '/api/orders',
      address: '10.1.1.1',
      userAgent: 'MicroMessenger/8.0.49',
      app: 'portal',
      route: 'GET /api/orders',
      action: 'order.read',
      uid: 'zhang',
      kind: 'employee',
      session: 's1',
      device: 'd1',
      channel: 'wecom',
      assurance: 1,
      mode: 'enforce',
      outcome: more.code === undefined || more.code === null ? 'passed' : 'refused',
      code: null,
      status: more.code === undefined || more.code === null ? 200 : null,
      stages: [],
      policies: [],
      latencyMicros: 1,
      backendMicros: null,
      bytesIn: 0,
      bytesOut: 0,
      ...more,
    }),
  );

const act = (fields: Pick<EntityManagementFields, 'activity' | 'entity'> & Partial<EntityManagementFields>): Timed =>
  ocsf((time) => entityManagementEvent({ time, by: 'root', detail: {}, ...fields }));
const alarm = (rule: string): Timed => ocsf((time) => detectionEvent({ time, rule, severity: 'high', title: rule, detail: {} }));
const opened = (values: number, name = 'crm'): Timed =>
  ocsf((time) =>
    fieldAccessEvent({
      time,
      operation: 'open',
      token: 't1',
      name,
      address: '10.9.9.9',
      app: 'crm',
      table: 'customer',
      column: 'phone',
      purpose: 'call',
      values,
      failed: 0,
    }),
  );

/** `count` events, `every` ms apart. */
const many = (count: number, every: number, make: (at: number) => Timed): SigmaEvent[] =>
  Array.from({ length: count }, (_, at) => make(at)(start + at * every));
const at = (...events: readonly (readonly [number, Timed])[]): SigmaEvent[] => events.map(([after, make]) => make(start + after));
const office = (n: number): string => `10.2.0.${n}`;

interface Case {
  readonly yes: readonly SigmaEvent[];
  readonly no: readonly SigmaEvent[];
}

const cases: Readonly<Record<string, Case | readonly Case[]>> = {
  menshen_login_failures_one_account: [
    { yes: many(10, 20 * second, () => login(false)), no: many(9, 20 * second, () => login(false)) },
    {
      yes: many(10, second, () => activity({ action: 'login', result: 'fail', status: 401 })),
      no: many(20, second, () => activity({ action: 'login', result: 'success', status: 200 })),
    },
  ],
  menshen_login_spray_one_address: {
    yes: many(15, 30 * second, (n) => login(false, { uid: `u${n}` })),
    no: [
      ...many(40, 5 * second, (n) => login(false, { uid: `u${n % 14}` })),
      ...many(60, second, (n) => login(true, { uid: `v${n}` })),
    ],
  },
  menshen_login_after_failures: {
    yes: [...many(8, 10 * second, () => login(false)), ...at([5 * minute, login(true)])],
    no: [
      ...many(8, 10 * second, () => login(false)),
      ...at([5 * minute, login(true, { uid: 'li' })], [30 * minute, login(true)]),
    ],
  },
  menshen_second_factor_failures: {
    yes: many(6, 30 * second, () => login(false, { code: 'factor_failed' })),
    no: many(6, 3 * minute, () => login(false, { code: 'factor_failed' })),
  },
  menshen_enrolment_by_stranger: {
    yes: at([0, request({ code: 'mfa_required' })], [minute, request({ code: 'enrolment_proof_required' })]),
    no: at(
      [0, request({ code: 'mfa_required' })],
      [minute, request({ code: 'enrolment_proof_required', session: 's2' })],
      [20 * minute, request({ code: 'enrolment_proof_required' })],
    ),
  },
  menshen_administrator_sign_in_failures: {
    yes: many(5, minute, (n) => login(false, { code: 'admin_login_failed', uid: `admin${n}` })),
    no: many(5, minute, (n) => login(false, { code: 'admin_login_failed', address: office(n) })),
  },
  menshen_attacks_one_address: {
    yes: many(5, 30 * second, (n) => request({ code: 'request_blocked', path: `/api/${n}`, uid: null })),
    no: [
      ...many(4, 30 * second, () => request({ code: 'request_blocked', uid: null })),
      ...many(20, second, () => request({ code: 'not_permitted' })),
    ],
  },
  menshen_attack_by_member: {
    yes: at([0, request({ code: 'request_blocked' })]),
    no: at([0, request({ code: 'request_blocked', uid: null })], [1, request()]),
  },
  menshen_attack_then_sign_in: {
    yes: at([0, request({ code: 'request_blocked', uid: null })], [20 * minute, login(true)]),
    no: at(
      [0, login(true)],
      [second, request({ code: 'request_blocked', uid: null })],
      [40 * minute, login(true)],
      [41 * minute, login(true, { address: office(9) })],
    ),
  },
  menshen_signatures_forged: [
    {
      yes: many(3, minute, () => request({ code: 'signature_invalid' })),
      no: many(3, minute, (n) => request({ code: 'signature_invalid', address: office(n) })),
    },
    {
      yes: many(3, second, () => activity({ action: 'order.read', sig_ok: false })),
      no: many(9, second, () => activity({ action: 'order.read', sig_ok: true })),
    },
  ],
  menshen_requests_replayed: {
    yes: many(3, minute, () => request({ code: 'request_replayed' })),
    no: many(2, minute, () => request({ code: 'request_replayed' })),
  },
  menshen_undeclared_routes: {
    yes: many(15, 10 * second, (n) => request({ code: 'route_undeclared', path: `/old/${n}`, uid: null })),
    no: many(60, 2 * second, (n) => request({ code: 'route_undeclared', path: `/old/${n % 3}`, uid: null })),
  },
  menshen_permissions_probed: {
    yes: many(8, minute, (n) => request({ code: 'not_permitted', route: `GET /api/${n}` })),
    no: many(30, 10 * second, () => request({ code: 'not_permitted' })),
  },
  menshen_objects_probed: {
    yes: many(10, 30 * second, (n) => activity({ action: 'order.read', object: `order-${n}`, status: 403 })),
    no: [
      ...many(40, 10 * second, (n) => activity({ action: 'order.read', object: `order-${n}`, status: 200 })),
      ...many(20, second, () => activity({ action: 'order.read', object: 'order-1', status: 403 })),
    ],
  },
  menshen_scanner_user_agent: {
    yes: at([0, request({ userAgent: 'sqlmap/1.8#stable' })]),
    no: at([0, request()], [1, activity({ action: 'order.read', client: 'wechat' })]),
  },
  menshen_sensitive_files: {
    yes: at([0, request({ path: '/.git/config?x=1' })]),
    no: at([0, request({ path: '/api/files/environment' })], [1, request({ path: '/api/search?q=/.env' })]),
  },
  menshen_missing_pages: {
    yes: many(40, 5 * second, (n) => request({ status: 404, path: `/a/${n}` })),
    no: many(200, second, (n) => request({ status: 404, path: `/a/${n % 5}` })),
  },
  menshen_mass_export: {
    yes: many(11, 5 * minute, () => activity({ action: 'customer.export', rows: 500 })),
    no: many(10, 5 * minute, () => activity({ action: 'customer.export', rows: 500 })),
  },
  menshen_slow_export: {
    yes: many(41, 3 * 60 * minute, () => activity({ action: 'customer.export', rows: 500 })),
    no: many(60, 12 * 60 * minute, () => activity({ action: 'customer.export', rows: 500 })),
  },
  menshen_large_answers: {
    yes: many(20, minute, () => activity({ action: 'customer.list', rows: 500 })),
    no: many(40, minute, (n) => activity({ action: 'customer.list', rows: n === 39 ? 2_000 : 20 })),
  },
  menshen_coupon_refusals: [
    {
      yes: many(5, minute, () => request({ code: 'guard_amount_out_of_bounds' })),
      no: many(4, minute, () => request({ code: 'guard_amount_out_of_bounds' })),
    },
    {
      yes: many(5, minute, (n) => request({ code: n % 2 === 0 ? 'guard_not_owner' : 'guard_place_mismatch' })),
      // Who is early, late or impatient presses a button again and again.
      no: ['closed', 'exhausted', 'quota', 'in_flight', 'key_reused', 'already_redeemed', 'code_used'].flatMap((name, nth) => {
        const codes = { closed: 'guard_campaign_closed', exhausted: 'guard_budget_exhausted', quota: 'guard_quota_exceeded' };
        const code = (codes as Record<string, string>)[name] ?? `guard_${name}`;
        return many(9, second, (n) => request({ code, requestId: `r${nth}-${n}` }));
      }),
    },
  ],
  menshen_claims_hammered: {
    yes: many(20, 14, (n) => request({ method: 'POST', action: 'coupon.claim', code: n < 10 ? null : 'guard_budget_exhausted' })),
    no: [
      // A shop: sixty customers behind one address; one of them taps ten times a second.
      ...many(60, 14, (n) =>
        request({ method: 'POST', action: 'coupon.claim', uid: `c${n}`, session: `s${n}`, device: `d${n}` }),
      ),
      ...many(100, 100, () => request({ method: 'POST', action: 'coupon.claim', code: 'guard_in_flight' })),
      ...many(67, 14, () => request({ action: 'coupon.claim.list' })),
    ],
  },
  menshen_amount_tampered: {
    yes: at([0, request({ code: 'guard_amount_out_of_bounds' })]),
    no: at([0, request({ code: 'guard_quota_exceeded' })]),
  },
  menshen_answer_tampered: {
    yes: at([0, request({ code: 'guard_answer_mismatch' })]),
    // Who has used up what a rule allows them within a day has met a limit, and no backend has lied.
    no: at([0, request({ code: 'guard_amount_out_of_bounds' })], [1, request({ code: 'guard_total_exceeded' })]),
  },
  menshen_device_farms_coupons: {
    yes: many(5, 5 * minute, (n) => activity({ action: 'coupon.claim', user: `u${n}`, campaign: 'c1' })),
    no: [
      ...many(30, minute, (n) => activity({ action: 'coupon.claim', user: `u${n % 4}` })),
      // Many phones say the same of themselves.
      ...many(30, minute, (n) => activity({ action: 'coupon.claim', user: `v${n}`, ip: office(n) })),
      ...many(9, second, (n) => activity({ action: 'coupon.claim', user: `w${n}`, reason: 'guard_quota_exceeded' })),
    ],
  },
  menshen_numbers_farmed: {
    yes: many(4, 10 * minute, (n) => request({ uid: `u${n}`, code: 'phone_number_overused' })),
    no: [
      // One who tries again and again, a family of three, and people at home.
      ...many(10, minute, () => request({ code: 'phone_number_overused' })),
      ...many(3, minute, (n) => request({ uid: `v${n}`, code: 'phone_number_overused', address: office(1) })),
      ...many(9, minute, (n) => request({ uid: `w${n}`, code: 'phone_number_overused', address: office(10 + n) })),
      ...many(9, minute, (n) => request({ uid: `x${n}`, code: 'phone_code_refused' })),
    ],
  },
  menshen_device_refused_for_many: [
    {
      yes: many(8, 30 * second, (n) =>
        request({ method: 'POST', action: 'coupon.claim', uid: `u${n}`, session: `s${n}`, code: 'guard_quota_exceeded' }),
      ),
      no: [
        // A shop's tablet: a customer a minute, each of whom tries again; a colleague goes on pressing.
        ...many(40, 30 * second, (n) =>
          request({
            method: 'POST',
            action: 'coupon.claim',
            uid: `v${n >> 1}`,
            code: 'guard_quota_exceeded',
            requestId: `v${n}`,
          }),
        ),
        // A rush when a campaign opens and is over at once; and phones of one model at other addresses.
        ...many(60, second, (n) =>
          request({ uid: `w${n}`, code: n % 2 === 0 ? 'guard_campaign_closed' : 'guard_budget_exhausted' }),
        ),
        ...many(60, second, (n) => request({ uid: `x${n}`, code: 'guard_quota_exceeded', address: office(n) })),
      ],
    },
    {
      yes: many(8, second, (n) =>
        request({ uid: `u${n}`, code: n % 2 === 0 ? 'guard_amount_out_of_bounds' : 'guard_code_invalid' }),
      ),
      no: many(7, second, (n) => request({ uid: `u${n}`, code: 'guard_code_invalid' })),
    },
  ],
  menshen_codes_guessed: {
    yes: many(6, minute, () => request({ code: 'guard_code_invalid' })),
    no: many(6, 3 * minute, () => request({ code: 'guard_code_invalid' })),
  },
  menshen_campaign_stopped: {
    yes: at([0, alarm('guard_campaign_stopped')]),
    no: many(30, second, (n) => request({ code: n % 2 === 0 ? 'guard_campaign_closed' : 'guard_budget_exhausted' })),
  },
  menshen_device_many_accounts: {
    yes: many(10, 5 * minute, (n) => activity({ action: 'login', result: 'success', user: `u${n}` })),
    no: [
      ...many(10, 5 * minute, (n) => activity({ action: 'login', result: 'fail', user: `u${n}` })),
      ...many(10, 5 * minute, (n) => activity({ action: 'login', result: 'success', user: `v${n}`, ip: office(n) })),
    ],
  },
  menshen_session_many_addresses: {
    yes: many(5, minute, (n) => request({ address: office(n) })),
    no: many(30, minute, (n) => request({ address: office(n), session: `s${n}` })),
  },
  menshen_gateway_bypassed: [
    {
      yes: at([0, act({ activity: 'update', entity: 'gateway mode', detail: { mode: 'bypass' } })]),
      no: at(
        [0, act({ activity: 'update', entity: 'gateway mode', detail: { mode: 'enforce' } })],
        [1, act({ activity: 'update', entity: 'gateway mode', detail: { mode: 'bypass' }, outcome: 'unknown' })],
      ),
    },
    { yes: at([0, alarm('gateway_not_enforcing')]), no: at([0, alarm('rate_spike')]) },
  ],
  menshen_administration_at_night: {
    yes: at([17 * 60 * minute, act({ activity: 'update', entity: 'campaign' })]),
    no: at(
      [0, act({ activity: 'update', entity: 'campaign' })],
      [17 * 60 * minute, act({ activity: 'delete', entity: 'access list', by: 'clock' })],
      [17 * 60 * minute, act({ activity: 'create', entity: 'containment measure', by: 'playbook:denial-of-service' })],
      [17 * 60 * minute, act({ activity: 'create', entity: 'coupon', by: 'c_customer' })],
      [17 * 60 * minute, act({ activity: 'create', entity: 'training certificate', by: 'zhang' })],
    ),
  },
  menshen_protection_weakened: {
    yes: at([0, act({ activity: 'create', entity: 'inspection exception' })]),
    no: at(
      [0, act({ activity: 'delete', entity: 'access list', by: 'clock' })],
      [1, act({ activity: 'update', entity: 'campaign' })],
    ),
  },
  menshen_role_then_export: {
    yes: at(
      [0, act({ activity: 'create', entity: 'role assignment' })],
      [30 * minute, act({ activity: 'read', entity: 'export' })],
    ),
    no: at(
      [0, act({ activity: 'read', entity: 'export' })],
      [minute, act({ activity: 'create', entity: 'role assignment' })],
      [2 * minute, act({ activity: 'read', entity: 'export', by: 'other' })],
    ),
  },
  menshen_token_made_then_fields_opened: {
    yes: at([0, act({ activity: 'create', entity: 'api_token', detail: { id: 't1', name: 'crm' } })], [60 * minute, opened(10)]),
    no: at([0, act({ activity: 'create', entity: 'api_token', detail: { id: 't1', name: 'shop' } })], [60 * minute, opened(10)]),
  },
  menshen_fields_opened_in_bulk: { yes: many(41, minute, () => opened(500)), no: many(40, minute, () => opened(500)) },
  menshen_key_destroyed: {
    yes: at([0, act({ activity: 'delete', entity: 'data_key', detail: { kid: 'k1' } })]),
    no: at(
      [0, act({ activity: 'delete', entity: 'data_key', outcome: 'failure' })],
      [1, act({ activity: 'update', entity: 'data_keys' })],
    ),
  },
  menshen_break_glass: { yes: at([0, alarm('break_glass')]), no: at([0, alarm('old_key')]) },
  menshen_audit_gap: { yes: at([0, alarm('outcome_unknown')]), no: at([0, alarm('data_key_old')]) },
  menshen_release_drift: { yes: at([0, alarm('release_drift')]), no: at([0, alarm('release_drift_ended')]) },
  menshen_outbound_refused: { yes: at([0, alarm('outbound_refused')]), no: at([0, alarm('configuration_refused')]) },
  menshen_answers_leak: { yes: at([0, alarm('answer_leak')]), no: at([0, alarm('upload_content_risky')]) },
};

function found(name: string, events: readonly SigmaEvent[]): boolean {
  const engine = new SigmaEngine(rules, { offset: beijing });
  return events
    .toSorted((a, b) => timeOf(a) - timeOf(b))
    .flatMap((event, n) => engine.process(mapEvent(event), { id: `${n}`, time: timeOf(event) }))
    .some(({ document }) => document.name === name);
}

const timeOf = (event: SigmaEvent): number => Number(event['time'] ?? event['ts']);

describe('detection rules of the product', () => {
  it('are correct, for our events, named once, and told in both languages', () => {
    expect(documents.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect([...new SigmaEngine(rules).problems.values()]).toEqual([]);
    for (const key of ['id', 'name', 'title'] as const)
      expect(new Set(rules.map((rule) => rule[key])).size, key).toBe(rules.length);
    for (const rule of rules) {
      if (rule.kind === 'rule') expect([rule.name, isForUs(rule.logSource)]).toEqual([rule.name, true]);
      if (rule.level === null) continue;
      const own = rule.custom.get('menshen');
      expect(own, rule.title).toBeInstanceOf(Map);
      const chinese = own as ReadonlyMap<string, unknown>;
      for (const key of ['title_zh', 'description_zh'])
        expect(chinese.get(key), `${rule.name} ${key}`).toMatch(/[\u4e00-\u9fff]/);
      expect(chinese.get('falsepositives_zh')).toHaveLength(rule.falsePositives.length);
      expect(rule.description?.length).toBeGreaterThan(20);
    }
  });

  const reported = rules.filter(({ level }) => level !== null).map(({ name }) => name ?? '');

  it('each have events that show them', () => {
    expect(reported.toSorted()).toEqual(Object.keys(cases).toSorted());
    expect(reported.length).toBeGreaterThanOrEqual(25);
  });

  it.each(Object.entries(cases))('%s', (name, given) => {
    for (const { yes, no } of [given].flat()) {
      expect(found(name, yes), 'is seen').toBe(true);
      expect(found(name, yes.slice(0, -1)), 'is not seen before its last event').toBe(false);
      expect(found(name, no), 'is not seen in what looks like it').toBe(false);
    }
  });
});
