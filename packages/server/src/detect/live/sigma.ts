import { hash } from 'node:crypto';
import {
  askedValues,
  type CorrelationWindows,
  MemoryCorrelationState,
  mapEvent,
  type SigmaDocument,
  SigmaEngine,
  type SigmaEvent,
  type SigmaMatch,
} from '@menshen/sigma';
import type { Redis } from 'ioredis';
import type { GatewayRequest } from '../../audit/log/gateway-event-reader.ts';
import { createOffset } from '../calendar.ts';
import { emptyDirectory, type Severity } from '../model.ts';
import { SharedWindows } from '../sigma-state/shared-windows.ts';
import type { RuleStanding } from './protocol.ts';
import { createRequestFields } from './request-fields.ts';
import { ownText, readRuleFiles, ruleName, shortened } from './rule-files.ts';

/** Fields that hold the uid of who acts. */
export const personFields: ReadonlySet<string> = new Set(['user', 'cs-username', 'actor.user.uid', 'user.uid']);
const MINUTE_MS = 60_000;
const MAX_PEOPLE = 5_000;

/** A rule that an event matched, or a correlation that it completed. */
export interface RuleHit {
  readonly rule: string;
  readonly title: string;
  readonly description: string | null;
  /** From the rule's own `menshen: { title_zh, description_zh }`; null where it has none. */
  readonly titleZh: string | null;
  readonly descriptionZh: string | null;
  readonly severity: Severity;
  /** Whether it tells of the campaign and of nobody who came to it: the rule says so by `menshen: { about: campaign }`. */
  readonly aboutCampaign: boolean;
  /** What the correlation groups by, as words; else empty. */
  readonly group: string;
  readonly events: readonly string[];
  /** Events of other nodes' logs that it rests on as well. */
  readonly elsewhere: number;
  readonly value: number | null;
}

/** How a rule calls itself, and how heavy what it finds is. */
export type WatchedRule = Pick<RuleHit, 'rule' | 'title' | 'titleZh' | 'severity'>;

/** What rules found: at once, or when windows that nodes share have answered. */
export type Found = readonly RuleHit[] | Promise<readonly RuleHit[]>;

export interface RuleWatch<Taken extends Found = readonly RuleHit[]> {
  /** Rules that can match, and documents that cannot be used. */
  readonly usable: number;
  readonly refused: number;
  readonly standing: RuleStanding;
  /** From now on rules that name one of these people, by pseudonym, know them. */
  name(people: ReadonlyMap<string, string>): void;
  /** From now on hours and days of rules are those of this zone. */
  keepTime(timeZone: string): void;
  /** Rules and correlations that tell of what they find. */
  readonly rules: readonly WatchedRule[];
  /** An OCSF event of the log by its index, or an activity event by its id and `ts`. */
  take(event: Readonly<Record<string, unknown>>, id: number | string): Taken;
  /** The same of a request through the gateway that was not parsed; null where a rule asks for what only parsing finds. */
  readonly takeRequest: ((request: GatewayRequest, index: number) => Taken) | null;
  /** The windows of correlations, for the snapshot. */
  save(): RuleWindows;
  /** Goes on with windows of a snapshot; those of correlations whose rules have changed since begin anew. */
  restore(windows: RuleWindows): void;
}

/** Windows of correlations, and by correlation a digest of the files that they came from. */
export interface RuleWindows {
  readonly sources: ReadonlyMap<string, string>;
  readonly windows: CorrelationWindows;
}

/** Entries of all windows together. */
const MAX_ENTRIES = 300_000;

const severities: Readonly<Record<string, Severity>> = {
  informational: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

/** Whether an event of the log is the Detection Finding (OCSF 2004) of an alert; alarms of the platform are of that class too, and name no alert. */
export function isAlertOfDetection(event: Readonly<Record<string, unknown>>): boolean {
  if (event['class_uid'] !== 2004) return false;
  const { menshen } = (event['unmapped'] ?? {}) as { menshen?: { detail?: { alert?: unknown } } };
  return typeof menshen?.detail?.alert === 'string';
}

/**
 * The Sigma rules of a folder. A file that cannot be read or parsed takes no other rule with it. Windows of correlations are in memory, and a snapshot
 * takes them over a restart.
 */
export function watchRules(folder: string): RuleWatch {
  const state = new MemoryCorrelationState({ maxEntries: MAX_ENTRIES });
  return watchWith(folder, state, new Map(), (engine, event, index, time) =>
    engine.process(event, { id: String(index), time }).map((match) => hitOf(match, '')),
  );
}

/** The same with windows that all nodes share: what a balancer spreads over several is seen as if one had taken it, and one of them tells of it. */
export function watchRulesTogether(
  folder: string,
  client: Redis,
  { prefix, node }: { readonly prefix: string; readonly node: string },
): RuleWatch<Promise<readonly RuleHit[]>> & Pick<SharedWindows, 'takeAlone'> {
  const sources = new Map<string, string>();
  const state = new SharedWindows(client, {
    ...{ prefix, node, maxEntries: MAX_ENTRIES, now: () => performance.now() },
    versionOf: (correlation) => sources.get(correlation) ?? '',
  });
  const mine = `${node} `;
  const watch = watchWith(folder, state, sources, async (engine, event, index, time) => {
    const matches = await engine.processAsync(event, { id: `${mine}${index}`, time });
    const hits: RuleHit[] = [];
    for (const match of matches) {
      const hit = hitOf(match, mine);
      if (match.group === undefined || (await state.tells(`${hit.rule} ${JSON.stringify(match.group)}`))) hits.push(hit);
    }
    return hits;
  });
  return { ...watch, takeAlone: () => state.takeAlone() };
}

function watchWith<Taken extends Found>(
  folder: string,
  state: MemoryCorrelationState | SharedWindows,
  sources: Map<string, string>,
  process: (engine: SigmaEngine, event: SigmaEvent, id: number | string, time: number | null) => Taken,
): RuleWatch<Taken> {
  const { documents, digests, refused } = readRuleFiles(folder);
  let clock = createOffset(emptyDirectory.timeZone);
  const engine = new SigmaEngine(documents, { state, offset: (at) => clock(at) / MINUTE_MS });
  for (const [name, parts] of engine.windows)
    sources.set(name, hash('sha256', parts.map((at) => digests[at]).join('\n'), 'base64url'));
  const fieldsOf = createRequestFields(engine.fields);
  const asked = askedValues(documents, personFields);
  const silent = silentOnes(documents);
  let names: ReadonlyMap<string, string> = new Map();
  const withName = (event: SigmaEvent): SigmaEvent => {
    const uid = names.size === 0 ? undefined : names.get(String(event['user']));
    if (uid === undefined) return event;
    // The pseudonym comes first: it is what correlations group by.
    const both = [event['user'], uid];
    return { ...event, ...Object.fromEntries([...personFields].map((field) => [field, both])) };
  };
  return {
    usable: engine.usable,
    refused: refused + engine.problems.size,
    standing: {
      usable: engine.usable,
      refused: refused + engine.problems.size,
      people: [...asked.values].slice(0, MAX_PEOPLE),
      partly: asked.partly.flatMap((index) => {
        const document = documents[index];
        return document === undefined ? [] : [ruleName(document)];
      }),
    },
    name: (people) => {
      names = people;
    },
    keepTime: (timeZone) => {
      clock = createOffset(timeZone);
    },
    rules: documents.flatMap((document, at) =>
      document.kind === 'filter' || engine.problems.has(at) || silent.has(document.id) || silent.has(document.name)
        ? []
        : [namesOf(document)],
    ),
    take: (event, id) => {
      const time = [event['time'], event['ts']].find((one) => typeof one === 'number') ?? null;
      return process(engine, withName(mapEvent(event)), id, time);
    },
    takeRequest:
      fieldsOf === null ? null : (request, index) => process(engine, withName(fieldsOf(request)), index, request.row.time),
    save: () => ({ sources, windows: state.save() }),
    restore: (kept) => state.restore(kept.windows, (name) => kept.sources.get(name) === sources.get(name)),
  };
}

const namesOf = (document: SigmaDocument): WatchedRule => ({
  rule: ruleName(document),
  title: document.title,
  titleZh: ownText(document, 'title_zh', 256),
  severity: severities[document.level ?? 'medium'] ?? 'medium',
});

/** Ids and names of what correlations build on without having it tell by itself. */
const silentOnes = (documents: readonly SigmaDocument[]): ReadonlySet<string | null> =>
  new Set(documents.flatMap((one) => (one.kind === 'correlation' && !one.generate ? one.rules : [])));

/** Events of this node's log are named by their place in it; `mine` stands before that in windows that nodes share. */
function hitOf({ document, event, group, value, events }: SigmaMatch, mine: string): RuleHit {
  const all = events ?? [event];
  const here = all.filter((id) => id.startsWith(mine)).map((id) => id.slice(mine.length));
  const custom = document.custom.get('menshen');
  const own: ReadonlyMap<unknown, unknown> = custom instanceof Map ? custom : new Map();
  return {
    ...namesOf(document),
    description: shortened(document.description, 400),
    descriptionZh: ownText(document, 'description_zh', 400),
    aboutCampaign: own.get('about') === 'campaign',
    group: Object.values(group ?? {}).join(' '),
    events: here,
    elsewhere: all.length - here.length,
    value: value ?? null,
  };
}
