import { randomBytes } from 'node:crypto';
import type { Audit } from '../audit/service.ts';
import { createMemoryCoordination } from '../coordination/memory.ts';
import type { Coordination } from '../coordination/model.ts';
import { createRevocationFeed, type RevocationFeed } from '../coordination/revocation-feed.ts';
import { createKeys } from '../keys/master.ts';
import type { OpenTestStore, TestStore } from '../store/testing.ts';
import type { GuardRules } from './guard.ts';
import type { Person, SourceDepartment, SourceImage, SourcePerson } from './model.ts';
import type { PlanRules } from './plan.ts';
import { createDirectoryService, type DirectoryService } from './service.ts';
import type { Source } from './sources.ts';

/** A person as a source would give them, for tests. */
export function sourcePerson(uid: string, more: Partial<SourcePerson> = {}): SourcePerson {
  return {
    key: uid,
    uid,
    kind: 'employee',
    name: `name of ${uid}`,
    departments: ['1'],
    leads: [],
    position: null,
    phone: null,
    email: null,
    number: null,
    roles: [],
    status: 'active',
    ...more,
  };
}

/** A person as the directory has them, for tests. */
export function testPerson(uid: string, more: Partial<Person> = {}): Person {
  return {
    ...{ uid, name: `name of ${uid}`, kind: 'employee', departments: ['1'], leads: [], position: null, phone: null, email: null },
    ...{ number: null, roles: [], sourceRoles: [], status: 'active', sourceStatus: 'active', blocked: false, source: 'wecom' },
    ...more,
  };
}

/** A company of one tree (1 ← 2 ← 3, 1 ← 4) and the people given, for tests. */
export function companyImage(people: readonly SourcePerson[], departments: readonly SourceDepartment[] = tree): SourceImage {
  return { departments, people };
}

const tree: readonly SourceDepartment[] = [
  { id: '1', name: '总部', parent: null, order: 0 },
  { id: '2', name: '研发', parent: '1', order: 0 },
  { id: '3', name: '研发一组', parent: '2', order: 0 },
  { id: '4', name: '财务', parent: '1', order: 0 },
];

export const testRules: PlanRules & { readonly guard: GuardRules } = {
  precedence: { order: ['wecom', 'corp-ldap', 'scim', 'csv', 'local'], fields: {} },
  match: ['uid', 'number', 'phone'],
  guard: { share: 0.1, minimum: 5 },
};

/** One node of a test: a directory of its own over a store that others share. */
export interface TestNode {
  readonly directory: DirectoryService;
  readonly revocations: RevocationFeed;
  /** Events that this node recorded. */
  readonly events: Record<string, unknown>[];
  /** Whose sessions were ended here. */
  readonly ended: string[];
}

export interface TestNodeOptions {
  readonly store: TestStore;
  readonly coordination?: Coordination;
  readonly clock?: () => number;
  readonly sources?: readonly Source[];
  readonly rules?: PlanRules & { readonly guard: GuardRules };
  /** Looks for lost broadcasts this often, ms; a test that looks by itself leaves it long. */
  readonly intervalMs?: number;
}

const master = new Uint8Array(32).fill(9);

/** Starts a node; the caller stops its feed. */
export async function startNode(options: TestNodeOptions): Promise<TestNode> {
  const clock = options.clock ?? Date.now;
  const coordination = options.coordination ?? createMemoryCoordination({ clock });
  const events: Record<string, unknown>[] = [];
  const ended: string[] = [];
  const revocations = await createRevocationFeed({
    store: options.store,
    coordination,
    clock,
    intervalMs: options.intervalMs ?? 3_600_000,
  });
  const directory = await createDirectoryService({
    store: options.store,
    keys: createKeys(master, randomBytes),
    audit: recorder(events),
    coordination,
    revocations,
    clock,
    random: randomBytes,
    configured: () => options.sources ?? [],
    rules: () => options.rules ?? testRules,
    endSessionsOf: async (uid) => {
      ended.push(uid);
      return 1;
    },
    // A look that the end of the test cuts off is nobody's concern.
    onError: () => undefined,
  });
  revocations.start();
  return { directory, revocations, events, ended };
}

/** Coordination whose broadcasts are all lost. */
export function deafCoordination(clock: () => number): Coordination {
  return {
    ...createMemoryCoordination({ clock }),
    broadcast: { publish: async () => undefined, subscribe: () => () => undefined },
  };
}

/** Opens another connection to the same store where the engine allows it: the view of another process. */
export async function sameStore(open: OpenTestStore, first: TestStore): Promise<TestStore> {
  return open.kind === 'postgres' ? await open({ url: first.url, migrations: [] }) : first;
}

function recorder(events: Record<string, unknown>[]): Audit {
  const record = async (event: string): Promise<number> => events.push(JSON.parse(event) as Record<string, unknown>) - 1;
  const actTogether: Audit['actTogether'] = async (by, acts, perform) => {
    const result = await perform();
    for (const act of acts) events.push({ by, ...act });
    return result;
  };
  return {
    record,
    settle: record,
    note: (event) => void record(event),
    protectWith: () => undefined,
    actTogether,
    act: (by, act, perform) => actTogether(by, [act], perform),
    intent: () => ({ id: 0, durable: Promise.resolve() }),
    state: () => 'ok',
    status: () => Promise.reject(new Error('not in this test')),
    flush: () => Promise.reject(new Error('not in this test')),
    onCheckpoint: () => () => undefined,
    onIndexed: () => () => undefined,
    owner: () => true,
    reason: () => null,
    onOutcomeUnknown: () => undefined,
  };
}
