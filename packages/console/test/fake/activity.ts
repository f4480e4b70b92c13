import { type AuditRow, errorCatalogue, type StageDecision, stageNames, type TrafficRow } from '@menshen/contract';
import { type Company, now } from './company.ts';
import { createRandom, type SeededRandom } from './random.ts';

type Event = Readonly<Record<string, unknown>>;

/** One entry of the log, with its row in the list and, for a request, in the traffic. */
export interface Entry {
  readonly row: AuditRow;
  readonly event: Event;
  readonly traffic: TrafficRow | null;
  readonly stages: readonly StageDecision[];
}

const product = { product: { name: 'Menshen', vendor_name: 'Menshen' }, version: '1.8.0' };

const routes = [
  { app: 'portal', method: 'GET', route: 'GET /api/me', path: '/api/me' },
  { app: 'portal', method: 'GET', route: 'GET /api/orders/:id', path: '/api/orders/2026-11-24-000187' },
  { app: 'portal', method: 'PUT', route: 'PUT /api/people/:uid/profile', path: '/api/people/li.003/profile' },
  { app: 'portal', method: 'GET', route: 'GET /api/departments/:id/members', path: '/api/departments/13/members' },
  { app: 'coupons', method: 'POST', route: 'POST /coupons/:campaign/claim', path: '/coupons/double-eleven/claim' },
  { app: 'coupons', method: 'GET', route: 'GET /coupons/mine', path: '/coupons/mine' },
] as const;

/** Refusals and faults that a working day brings: the code, the stage that decides, and where. */
const troubles = [
  ['session_expired', 'authenticate', null],
  ['session_missing', 'authenticate', null],
  ['not_permitted', 'authorize', 'forbid profile-of-others'],
  ['schema_mismatch', 'inspect', '/amountCents maximum'],
  ['route_undeclared', 'route', null],
  ['rate_limited', 'admit', 'address'],
  ['request_blocked', 'inspect', 'json'],
  ['backend_timeout', 'forward', null],
  ['header_malformed', 'route', 'header x-menshen-identity'],
] as const;

function stagesOf(random: SeededRandom, trouble: (typeof troubles)[number] | null): readonly StageDecision[] {
  const stop = trouble === null ? stageNames.length : stageNames.indexOf(trouble[1]);
  return stageNames.map((stage, at): StageDecision => {
    const micros = stage === 'forward' ? 2_000 + random.below(40_000) : 20 + random.below(stage === 'record' ? 1_800 : 320);
    if (at === stop && trouble !== null) return { stage, verdict: 'refuse', code: trouble[0], where: trouble[2], micros };
    if (at > stop && stage !== 'record') return { stage, verdict: 'skip', code: null, where: null, micros: 0 };
    return { stage, verdict: 'pass', code: null, where: null, micros };
  });
}

/** A working day of requests, oldest first: busy in the morning and after lunch, with attacks at one hour. */
export function buildEntries(company: Company): readonly Entry[] {
  const random = createRandom(11);
  const times = Array.from({ length: 620 }, () => now - random.below(86_400_000) + 0).sort((a, b) => a - b);
  const people = company.people.filter((person) => person.status === 'active');
  return times.map((time, index) => {
    if (index % 31 === 30) return securityEntry(index, time, random, company);
    const attack = Math.abs(time - (now - 5_400_000)) < 1_500_000;
    const trouble = random.oneIn(attack ? 2 : 14) ? random.pick(troubles) : null;
    const target = random.pick(routes);
    const unknown = trouble?.[0] === 'route_undeclared';
    const failed = trouble?.[1] === 'forward';
    const anonymous = trouble?.[1] === 'admit' || trouble?.[1] === 'route' || trouble?.[0] === 'session_missing';
    const person = anonymous ? null : random.pick(people);
    const stages = stagesOf(random, trouble);
    const traffic: TrafficRow = {
      index,
      requestId: `req_${String(index).padStart(6, '0')}${'aZ3xK9'}`,
      time,
      app: target.app,
      route: unknown ? null : target.route,
      method: target.method,
      path: unknown
        ? random.pick(['/wp-login.php', '/.git/config', '/api/v2/internal/export?all=1', '/actuator/env'])
        : target.path,
      status: trouble === null ? 200 : errorCatalogue[trouble[0]].status,
      outcome: trouble === null ? 'passed' : failed ? 'failed' : 'refused',
      code: trouble?.[0] ?? null,
      uid: person?.uid ?? null,
      name: person?.name ?? null,
      address: attack ? '198.51.100.23' : `203.0.113.${20 + random.below(9)}`,
      latencyMicros: stages.reduce((sum, stage) => sum + stage.micros, 0),
    };
    return requestEntry(traffic, stages);
  });
}

/** What a route's resource names: of these routes, an order or a person. */
function objectOf({ route, path }: TrafficRow): Pick<AuditRow, 'objectType' | 'object'> {
  const parts = path.split('/');
  if (route === 'GET /api/orders/:id') return { objectType: 'Portal::Order', object: parts[3] ?? null };
  if (route === 'PUT /api/people/:uid/profile') return { objectType: 'Menshen::User', object: parts[3] ?? null };
  return { objectType: null, object: null };
}

function requestEntry(traffic: TrafficRow, stages: readonly StageDecision[]): Entry {
  const activity = traffic.method === 'GET' ? 2 : traffic.method === 'POST' ? 1 : 3;
  const words = {
    passed: ['放行', 'passed'],
    refused: ['被拒绝', 'refused'],
    failed: ['失败', 'failed'],
    unknown: ['结果未知', 'unknown'],
  }[traffic.outcome];
  const request = `${traffic.method} ${traffic.path}`;
  return {
    traffic,
    stages,
    row: {
      index: traffic.index,
      time: traffic.time,
      classUid: 6003,
      activityId: activity,
      severityId: { passed: 1, refused: 2, failed: 3, unknown: 4 }[traffic.outcome],
      statusId: traffic.outcome === 'passed' ? 1 : 2,
      summary: { zh: `请求 ${request} ${words[0]}`, en: `Request ${request} ${words[1]}` },
      app: traffic.app,
      action: traffic.route === null ? null : 'portal.read',
      uid: traffic.uid,
      address: traffic.address,
      code: traffic.code,
      requestId: traffic.requestId,
      ...objectOf(traffic),
    },
    event: {
      activity_id: activity,
      actor: traffic.uid === null ? { app_name: 'mini program' } : { user: { uid: traffic.uid } },
      api: { operation: traffic.route ?? 'undeclared', request: { uid: traffic.requestId } },
      category_uid: 6,
      class_uid: 6003,
      http_request: { http_method: traffic.method, url: { path: traffic.path } },
      http_response: { code: traffic.status },
      metadata: product,
      src_endpoint: { ip: traffic.address },
      time: traffic.time,
      type_uid: 600_300 + activity,
      unmapped: {
        menshen: {
          app: traffic.app,
          outcome: traffic.outcome,
          stages: stages.map((stage) => `${stage.stage}|${stage.verdict}|${stage.micros}`),
        },
      },
    },
  };
}

const securityKinds = [
  { classUid: 3002, activityId: 1, severityId: 1, statusId: 1, code: null, action: 'login', zh: '登录成功', en: 'Signed in' },
  {
    classUid: 3002,
    activityId: 1,
    severityId: 2,
    statusId: 2,
    code: 'code_used',
    action: 'login',
    zh: '登录被拒：登录凭据已被使用',
    en: 'Sign-in refused: the login code was already used',
  },
  {
    classUid: 3001,
    activityId: 99,
    severityId: 2,
    statusId: 1,
    code: null,
    action: 'account.bind',
    zh: '绑定员工身份',
    en: 'Employee identity bound',
  },
  {
    classUid: 3004,
    activityId: 3,
    severityId: 2,
    statusId: 1,
    code: null,
    action: 'roles.update',
    zh: '修改角色',
    en: 'Roles changed',
  },
  {
    classUid: 2004,
    activityId: 1,
    severityId: 4,
    statusId: 1,
    code: null,
    action: 'alarm.bypass',
    zh: '告警：网关切换到旁路模式',
    en: 'Alarm: the gateway was switched to bypass',
  },
] as const;

function securityEntry(index: number, time: number, random: SeededRandom, company: Company): Entry {
  const kind = securityKinds[Math.floor(index / 31) % securityKinds.length] ?? securityKinds[0];
  const person = random.pick(company.people);
  const address = '203.0.113.21';
  return {
    traffic: null,
    stages: [],
    row: {
      index,
      time,
      classUid: kind.classUid,
      activityId: kind.activityId,
      severityId: kind.severityId,
      statusId: kind.statusId,
      summary: { zh: kind.zh, en: kind.en },
      app: 'portal',
      action: kind.action,
      uid: kind.classUid === 2004 ? null : person.uid,
      address,
      code: kind.code,
      requestId: null,
      objectType: null,
      object: null,
    },
    event: {
      activity_id: kind.activityId,
      class_uid: kind.classUid,
      metadata: product,
      src_endpoint: { ip: address },
      time,
      unmapped: { menshen: { action: kind.action, by: 'admin', detail: { from: 'clerk', to: 'store-manager, coupon-issuer' } } },
      user: { uid: person.uid },
    },
  };
}
