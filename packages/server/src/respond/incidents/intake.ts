import {
  type AlertView,
  type Bilingual,
  type IncidentSeverity,
  type IncidentsConfig,
  inNumber,
  MenshenError,
} from '@menshen/contract';
import type { DriftFact } from '../../release/service.ts';
import { type NewIncident, type OpenedIncident, rankOf, type Subject } from './model.ts';
import type { IncidentService } from './service.ts';

/** New critical findings of one scan. */
export interface FoundFact {
  readonly scan: string;
  readonly app: string;
  readonly project: string;
  readonly count: number;
  /** Names of their rules. */
  readonly rules: string;
  readonly at: number;
}

interface Told {
  readonly title: string;
  readonly text: string;
  readonly severity: IncidentSeverity;
  readonly occurred?: number | undefined;
  readonly subjects: readonly Subject[];
}

export interface IntakeParts {
  readonly incidents: Pick<IncidentService, 'openIncident'>;
  readonly config: () => Pick<IncidentsConfig, 'openFrom'>;
  /** An alert by its id; rejects with `not_found`. */
  readonly alert: (id: string) => Promise<AlertView>;
  /** Alerts that nobody has judged, the heaviest first. */
  readonly openAlerts: () => Promise<readonly AlertView[]>;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const maxCaught = 10_000;

export type IncidentIntake = ReturnType<typeof createIntake>;

/** Everything that becomes an incident, in the words of its source. */
export function createIntake({ incidents, config, alert, openAlerts, clock, random }: IntakeParts) {
  const { openIncident } = incidents;
  const opensByItself = (severity: IncidentSeverity): boolean => {
    const { openFrom } = config();
    return openFrom !== 'never' && rankOf(severity) >= rankOf(openFrom);
  };
  const same = (text: string): Bilingual => ({ zh: text, en: text });
  /** Alerts that were seen to have their incident: not to ask the store each minute. */
  const caught = new Set<string>();
  /** A time that somebody states is not after now. */
  const past = (at: number | undefined): number | null => {
    if (at !== undefined && at > clock()) throw new MenshenError('validation_failed', { fields: ['occurred'] });
    return at ?? null;
  };

  return {
    /** An alert that was just found; one that is too light is left to people. */
    async heard(found: AlertView): Promise<OpenedIncident | null> {
      return opensByItself(found.severity) ? await openIncident(ofAlert(found, 'menshen', clock())) : null;
    },
    async fromAlert(id: string, by: string): Promise<OpenedIncident> {
      return await openIncident({ ...ofAlert(await alert(id), by, null), notify: false });
    },
    /** A deployment that is not what was signed. */
    async drifted({ app, host, version, buildId, total, files, at }: DriftFact): Promise<OpenedIncident> {
      return await openIncident({
        source: { kind: 'drift', ref: `${app} ${host} ${buildId} ${at}` },
        ...{ severity: 'critical', occurred: null, detected: at, path: '/releases', by: 'menshen', notify: false },
        title: { zh: `${app} 的线上代码被改动`, en: `The deployed code of ${app} was changed` },
        text: {
          zh: `${host} 上的 ${version} 版有 ${total} 个文件与签名清单不符：${files}`,
          en: `On ${host}, ${total} files of version ${version} are not what was signed: ${files}`,
        },
        subjects: [
          { kind: 'host', value: host },
          { kind: 'app', value: app },
          { kind: 'version', value: version },
        ],
      });
    },
    /** Critical findings that a scan has brought to light; null where people open incidents themselves. */
    async found({ scan, app, project, count, rules, at }: FoundFact): Promise<OpenedIncident | null> {
      if (!opensByItself('critical')) return null;
      return await openIncident({
        source: { kind: 'finding', ref: scan },
        ...{ severity: 'critical', occurred: null, detected: at, path: '/findings', by: 'menshen', notify: false },
        title: {
          zh: `${app} 的扫描发现 ${count} 处严重问题`,
          en: `A scan of ${app} found ${inNumber(count, `${count} critical fault[s]`)}`,
        },
        text: { zh: `项目 ${project}，规则 ${rules}`, en: `Project ${project}, rules ${rules}` },
        subjects: [{ kind: 'app', value: app }],
      });
    },
    /** What an administrator noticed or was told. */
    async reported(told: Told & { readonly reporter: string }, by: string): Promise<OpenedIncident> {
      const from = told.reporter === '' ? same('') : { zh: `（由 ${told.reporter} 告知）`, en: ` (told by ${told.reporter})` };
      return await openIncident({
        source: { kind: 'report', ref: `r_${Buffer.from(random(16)).toString('base64url')}` },
        ...{ severity: told.severity, subjects: told.subjects, by, detected: clock(), occurred: past(told.occurred) },
        title: same(told.title),
        text: { zh: `${told.text}${from.zh}`, en: `${told.text}${from.en}` },
      });
    },
    /** What another system says; its token and its own reference name it. */
    async called(
      told: Told & { readonly ref: string; readonly kind: 'callback' | 'finding' },
      token: string,
      by: string,
    ): Promise<OpenedIncident> {
      return await openIncident({
        source: { kind: told.kind, ref: `${token} ${told.ref}` },
        ...{ severity: told.severity, subjects: told.subjects, by, detected: clock(), occurred: past(told.occurred) },
        ...{ title: same(told.title), text: same(told.text) },
      });
    },
    /** Opens what a crash between an alert and its incident left out. */
    async catchUp(): Promise<void> {
      for (const found of await openAlerts()) {
        if (caught.has(found.id) || !opensByItself(found.severity)) continue;
        await openIncident(ofAlert(found, 'menshen', null));
        if (caught.size >= maxCaught) caught.clear();
        caught.add(found.id);
      }
    },
  };
}

/** Facts of an alert that name what it concerns, beside its own columns. */
const namingFacts = { campaign: 'campaign', app: 'app' } as const;

/** `detected`: when it was found by the clock; null for the time of the event itself, where that is past. */
function ofAlert(found: AlertView, by: string, detected: number | null): NewIncident {
  const { id, rule, severity, title, text, uid, address, device, session, events, log } = found;
  const of = (kind: Subject['kind'], value: string | null): Subject[] =>
    value === null || value === '' ? [] : [{ kind, value }];
  const named = found.facts.flatMap(({ name, value }) => {
    const kind = Object.hasOwn(namingFacts, name) ? namingFacts[name as keyof typeof namingFacts] : null;
    return kind === null || typeof value !== 'string' ? [] : of(kind, value);
  });
  return {
    source: { kind: 'alert', ref: id },
    ...{ severity, title, text, events, eventsLog: log?.origin ?? null, by, path: `/alerts/${id}`, notify: false },
    ...{ occurred: found.found, detected: detected ?? found.found },
    subjects: [
      ...of('user', uid),
      ...of('device', device),
      ...of('session', session),
      ...of('address', address),
      ...named,
      ...of('rule', rule),
    ],
  };
}
