import type { AlertView, FindingView } from '@menshen/contract';
import { readLibrary } from './library.ts';
import { createPlaybookService, type PlaybookService } from './service.ts';
import type { PlaybookStore } from './store.ts';
import { testAlert, testFinding, World } from './testing.ts';

export const library = readLibrary(null);

/** What starts a playbook that ships, and what it then does. */
export interface ShippedCase {
  readonly playbook: string;
  readonly alert?: Partial<AlertView>;
  readonly finding?: Partial<FindingView>;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs?: World['outputs'];
  /** Actions in the order in which each began, before anybody approves. */
  readonly first: readonly string[];
  /** Steps that wait, one after the other. */
  readonly waits: readonly string[];
  /** Actions after the approvals. */
  readonly after: readonly string[];
}

export const zhang = { uid: 'zhang', address: '203.0.113.9', device: 'phone', session: null };
export const shippedCases: readonly ShippedCase[] = [
  {
    playbook: 'stolen-credential',
    alert: { ...zhang, rule: 'account_takeover', severity: 'critical' },
    first: ['stop session', 'set second factor', 'create incident', 'create notice', 'investigate evidence'],
    waits: ['handle-alert/lock'],
    after: ['deny account', 'update incident'],
  },
  {
    playbook: 'coupon-tampering',
    alert: { ...zhang, rule: 'amount_tampering', severity: 'critical', facts: [fact('campaign', 'tea')] },
    first: ['create incident', 'deny address', 'query release', 'stop session'],
    waits: ['stop-campaign'],
    after: ['stop campaign', 'investigate evidence', 'create notice'],
  },
  {
    playbook: 'coupon-tampering',
    alert: { ...zhang, rule: 'menshen_answer_tampered', severity: 'critical', facts: [fact('campaign', 'tea')] },
    first: ['create incident', 'query release', 'stop campaign'],
    waits: ['stop-campaign'],
    after: ['stop campaign', 'investigate evidence', 'create notice'],
  },
  {
    playbook: 'stored-script',
    alert: {
      ...zhang,
      rule: 'menshen_attack_by_member',
      severity: 'high',
      facts: [fact('app', 'portal'), fact('route', 'POST /posts')],
    },
    first: ['create incident', 'stop session'],
    waits: ['stop-route'],
    after: ['stop route', 'scan app', 'investigate evidence', 'create notice'],
  },
  {
    playbook: 'mass-export',
    alert: { ...zhang, rule: 'mass_export', severity: 'critical', facts: [fact('rows', 40_000)] },
    first: ['stop session', 'set second factor', 'create incident', 'investigate evidence', 'create notice'],
    waits: ['lock', 'confirm'],
    after: ['deny account'],
  },
  {
    playbook: 'leaked-appsecret',
    finding: { rule: 'MP-SEC-001', severity: 'critical', app: 'portal', file: 'app.js' },
    first: ['create incident', 'create notice'],
    waits: ['reset', 'secret', 'rotate', 'end-sessions'],
    after: ['stop session', 'update app secret', 'update data key', 'scan app', 'update incident'],
  },
  {
    playbook: 'brute-force',
    alert: { ...zhang, rule: 'brute_force', severity: 'medium' },
    first: ['deny address', 'set second factor', 'create notice'],
    waits: [],
    after: [],
  },
  {
    playbook: 'vulnerable-dependency',
    finding: { rule: 'MP-DEP-001', severity: 'high', app: 'portal' },
    first: ['query finding', 'create incident', 'create notice'],
    waits: [],
    after: [],
  },
  {
    playbook: 'data-loss',
    inputs: { app: 'portal' },
    first: ['create incident', 'query drill', 'start drill', 'create notice'],
    waits: ['read-only', 'restored'],
    after: ['set read-only mode', 'update incident', 'cancel measure'],
  },
  {
    playbook: 'denial-of-service',
    alert: { ...zhang, rule: 'rate_spike', severity: 'critical', facts: [fact('app', 'portal'), fact('endpoint', 'GET /list')] },
    first: ['deny address', 'create incident'],
    waits: ['stop-route'],
    after: ['stop route', 'investigate evidence', 'create notice'],
  },
  {
    playbook: 'insider',
    alert: { ...zhang, rule: 'ownership_probing', severity: 'medium' },
    first: ['create incident', 'investigate evidence', 'create notice'],
    waits: ['end-sessions', 'lock'],
    after: ['stop session', 'deny account'],
  },
];

function fact(name: string, value: string | number): AlertView['facts'][number] {
  return { name, label: { zh: name, en: name }, value };
}

/** The service over a store, with the playbooks that ship and a company that knows one campaign. */
export function prepareShipped(store: PlaybookStore, given: Pick<ShippedCase, 'outputs' | 'finding'>) {
  const world = new World();
  world.outputs = given.outputs ?? {};
  const service = createPlaybookService({
    ...{ store, actions: world.actions, clock: world.clock, random: world.random, changed: () => undefined },
    library: () => library,
    company: { person: () => ({ roles: ['clerk'] }), appOfCampaign: (campaign) => (campaign === 'tea' ? 'coupon' : null) },
    alerts: { alert: async () => testAlert({}), since: async () => [] },
    findings: async () => (given.finding === undefined ? [] : [testFinding(given.finding)]),
    audit: { record: async () => 0, act: async (_by, _act, perform) => await perform() },
    metrics: { add: () => undefined },
  });
  return { world, store, service };
}

/** Lets the trigger of a playbook come. */
export async function startShipped(service: PlaybookService, one: ShippedCase): Promise<void> {
  if (one.alert !== undefined) await service.hear(testAlert(one.alert));
  else if (one.finding !== undefined) await service.tick();
  else
    await service.start(
      one.playbook,
      { inputs: one.inputs ?? {}, reason: 'a test' },
      { id: 'a_1', username: 'wang', power: 'security' },
    );
}
