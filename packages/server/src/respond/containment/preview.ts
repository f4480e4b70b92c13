import { type Bilingual, type Measured, type MeasurePreview, riskClassOf, type TrafficRow } from '@menshen/contract';
import type { AuditQueries } from '../../audit/queries.ts';
import type { QueryFilter } from '../../audit/query-protocol.ts';
import type { DetectService } from '../../detect/service.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import { suspicious } from '../../guard/model.ts';
import { readRange } from '../../rates/address-words.ts';
import { RangeTrie } from '../../rates/lists/range-trie.ts';
import type { Acts } from './acts.ts';
import type { Members } from './scope.ts';

const spanMs = 3_600_000;
const pageRows = 5_000;
const maxRows = 20_000;
/** Of each kind of attack; who attacks is known long before so many. */
const maxHostileRows = 2_000;
const maxAlerts = 200;
/** Filters for so many single values ask the index; more are found by reading. */
const fewValues = 8;
const topRoutes = 5;

/** Refusals that no honest client of ours meets. */
const attackCodes: readonly string[] = [
  'request_blocked',
  'request_replayed',
  'signature_invalid',
  'transfer_ticket_invalid',
  'bot_refused',
  'risk_refused',
  ...suspicious,
];
const changing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Requests of a version that this node has seen lately; the audit index does not know versions. */
export interface SeenVersion {
  readonly version: string;
  readonly requests: number;
  readonly persons: number;
}

export interface PreviewParts {
  readonly queries: Pick<AuditQueries, 'traffic'>;
  readonly alerts: Pick<DetectService, 'list'>;
  readonly runtime: () => Runtime;
  readonly members: Members;
  readonly reached: Acts['reached'];
  readonly sessionsOf: (uid: string) => number;
  readonly versions: (app: string, since: number) => readonly SeenVersion[];
  /** Nodes beside this one have logs of their own, which are not asked. */
  readonly otherNodes: () => boolean;
  /** Whether a second person is needed here. */
  readonly fourEyes: (measured: Measured) => boolean;
  readonly clock: () => number;
}

/** Which requests of the index a measure would have stopped. */
interface Reach {
  readonly filters: readonly QueryFilter[];
  readonly meets: (row: TrafficRow) => boolean;
}

const always = (): boolean => true;
const note = {
  versions: {
    zh: '版本只由处理请求的节点统计，重启后重新开始；不含其他节点。',
    en: 'Versions are counted by the node that serves a request, since its start; other nodes are not included.',
  },
  device: {
    zh: '审计索引不含设备，按该设备上现有会话的人员统计。',
    en: 'The audit index knows no devices: counted are the people who have a session on it now.',
  },
  act: {
    zh: '此项不拦截请求；执行后不能撤回。',
    en: 'It stops no request by itself, and cannot be taken back.',
  },
  node: {
    zh: '只统计经过本节点的请求，其他节点各有自己的审计日志。',
    en: 'Only requests through this node are counted: the others have audit logs of their own.',
  },
  judged: {
    zh: '“正常”仅指过去一小时没有已知的攻击迹象，是判断而非结论。',
    en: '"Honest" only means that nothing is known against them in the last hour: a judgement, not a verdict.',
  },
} as const satisfies Record<string, Bilingual>;

/** Counts what a measure would have stopped in the last hour, and against whom of those something is known. */
export function createPreview(parts: PreviewParts): (measured: Measured) => Promise<MeasurePreview> {
  const { queries, clock } = parts;

  const read = async (filter: QueryFilter, most: number): Promise<{ rows: TrafficRow[]; more: boolean }> => {
    const rows: TrafficRow[] = [];
    let cursor: string | null = null;
    do {
      const page: { rows: TrafficRow[]; next: string | null } = await queries.traffic(filter, Math.min(pageRows, most), cursor);
      rows.push(...page.rows);
      cursor = page.next;
    } while (cursor !== null && rows.length < most);
    return { rows, more: cursor !== null };
  };

  /**
   * From whom attacks were refused, or whom an open alert names. A person is judged together with the address: the owner of a stolen account, and who
   * shares an office's address with an attacker, go on counting as honest.
   */
  const hostile = async (from: number): Promise<ReadonlySet<string>> => {
    const [alerts, ...attacks] = await Promise.all([
      parts.alerts.list({ show: 'open' }, maxAlerts, null),
      ...attackCodes.map((code) => queries.traffic({ from, code }, maxHostileRows, null)),
    ]);
    return new Set([
      ...attacks.flatMap(({ rows }) => rows.map(({ uid, address }) => nameOf(uid, address))),
      ...alerts.alerts.flatMap(({ uid, address, last }) =>
        last < from || (uid === null && address === null) ? [] : [nameOf(uid, address)],
      ),
    ]);
  };

  return async (measured) => {
    const to = clock();
    const from = to - spanMs;
    const reach = reachOf(measured, parts);
    const [known, ...pages] = await Promise.all([
      hostile(from),
      ...reach.filters.map((filter) => read({ ...filter, from }, Math.ceil(maxRows / reach.filters.length))),
    ]);
    const count = createCount(known);
    // What was refused anyway would not have been stopped by the measure.
    for (const { rows } of pages) for (const row of rows) if (row.outcome !== 'refused' && reach.meets(row)) count.add(row);
    const seen = versionsOf(measured).flatMap(({ app, versions }) =>
      parts.versions(app, from).filter(({ version }) => versions.includes(version)),
    );
    const sum = (key: 'requests' | 'persons'): number => seen.reduce((total, one) => total + one[key], 0);
    const counted = count.result();
    return {
      ...{ from, to, riskClass: riskClassOf(measured), fourEyes: parts.fourEyes(measured) },
      ...counted,
      requests: counted.requests + sum('requests'),
      persons: counted.persons + sum('persons'),
      honest: {
        requests: counted.honest.requests + sum('requests'),
        persons: counted.honest.persons + sum('persons'),
      },
      sessions: sessionsOf(measured, parts, to),
      sampled: pages.some(({ more }) => more),
      notes: [...notesOf(measured), ...(reach.filters.length > 0 && parts.otherNodes() ? [note.node] : [])],
    };
  };
}

/** A person at an address, a person anywhere, or nobody in particular at an address. */
const nameOf = (uid: string | null, address: string | null): string => `${uid ?? ''} ${address ?? ''}`;

function createCount(known: ReadonlySet<string>) {
  const sides = { honest: { requests: 0, who: new Set<string>() }, attacked: { requests: 0, who: new Set<string>() } };
  const routes = new Map<string, number>();
  return {
    add({ uid, address, route }: TrafficRow): void {
      const named = known.has(nameOf(uid, address)) || (uid !== null && known.has(nameOf(uid, null)));
      const side = named ? sides.attacked : sides.honest;
      side.requests += 1;
      side.who.add(uid ?? address);
      if (route !== null) routes.set(route, (routes.get(route) ?? 0) + 1);
    },
    result() {
      const { honest, attacked } = sides;
      return {
        requests: honest.requests + attacked.requests,
        persons: new Set([...honest.who, ...attacked.who]).size,
        honest: { requests: honest.requests, persons: honest.who.size },
        attacked: { requests: attacked.requests, persons: attacked.who.size },
        routes: [...routes]
          .sort(([, a], [, b]) => b - a)
          .slice(0, topRoutes)
          .map(([route, amount]) => ({ route, count: amount })),
      };
    },
  };
}

function reachOf(measured: Measured, { runtime, members, reached, clock }: PreviewParts): Reach {
  const { kind, target } = measured;
  const every: Reach = { filters: [{}], meets: always };
  const ofPeople = (uids: ReadonlySet<string>): Reach =>
    uids.size <= fewValues
      ? { filters: [...uids].map((uid) => ({ uid })), meets: always }
      : { filters: [{}], meets: ({ uid }) => uid !== null && uids.has(uid) };
  switch (kind) {
    case 'end_sessions':
    case 'force_step_up':
      switch (target.scope) {
        case 'person':
          return ofPeople(new Set([target.person]));
        case 'department':
          return ofPeople(members.of(target.department));
        case 'app':
          return { filters: [{ app: target.app }], meets: ({ uid }) => uid !== null };
        case 'everyone':
          return { ...every, meets: ({ uid }) => uid !== null };
        case 'device':
          return ofPeople(new Set(reached(target, clock()).map(({ person }) => person.uid)));
        case 'version':
          return { filters: [], meets: always };
      }
      break;
    case 'lock_accounts':
      return ofPeople(new Set(target.persons));
    case 'block_addresses': {
      const { addresses, app } = target;
      const single = addresses.every((range) => !range.includes('/'));
      if (single && addresses.length <= fewValues)
        return { filters: addresses.map((address) => ({ address, app })), meets: always };
      const trie = trieOf(addresses);
      return { filters: [{ app }], meets: ({ address }) => trie.has(address) };
    }
    case 'stop_route':
      return { filters: [{ app: target.app, route: target.route }], meets: always };
    case 'stop_campaign': {
      const routes = runtime().apps.get(target.app)?.routes ?? [];
      const own = routes.filter(({ guard }) => guard?.act != null && guard.campaigns.some(({ id }) => id === target.campaign));
      return { filters: own.map(({ match }) => ({ app: target.app, route: match })), meets: always };
    }
    case 'stop_app':
      return { filters: [{ app: target.app }], meets: always };
    case 'read_only':
      return { filters: [{ app: target.app }], meets: ({ method }) => changing.has(method) };
    case 'isolate_backend': {
      const { apps } = runtime();
      const origin = apps.get(target.app)?.origin;
      const behind = [...apps.values()].filter((app) => app.origin === origin).map(({ id }) => id);
      const trie = trieOf(target.addresses);
      const named = new Set(target.persons);
      return {
        filters: behind.map((app) => ({ app })),
        meets: ({ uid, address }) => !trie.has(address) && (uid === null || !named.has(uid)),
      };
    }
    case 'stop_version':
    case 'rotate_keys':
    case 'rotate_secret':
    case 'revoke_tokens':
      return { filters: [], meets: always };
  }
}

function trieOf(ranges: readonly string[]): RangeTrie<true> {
  const trie = new RangeTrie<true>();
  for (const text of ranges) {
    const range = readRange(text);
    if (range !== null) trie.add(range, true);
  }
  return trie;
}

function versionsOf({ kind, target }: Measured): { readonly app: string; readonly versions: readonly string[] }[] {
  if (kind === 'stop_version') return [target];
  return kind === 'end_sessions' && target.scope === 'version' ? [{ app: target.app, versions: [target.version] }] : [];
}

function sessionsOf({ kind, target }: Measured, parts: PreviewParts, now: number): number | null {
  if (kind === 'end_sessions') return parts.reached(target, now).length;
  return kind === 'lock_accounts' ? target.persons.reduce((sum, uid) => sum + parts.sessionsOf(uid), 0) : null;
}

function notesOf({ kind, target }: Measured): Bilingual[] {
  if (kind === 'rotate_keys' || kind === 'rotate_secret' || kind === 'revoke_tokens') return [note.act];
  if (kind === 'stop_version' || (kind === 'end_sessions' && target.scope === 'version')) return [note.versions];
  if (kind === 'end_sessions' && target.scope === 'device') return [note.device, note.judged];
  return [note.judged];
}
