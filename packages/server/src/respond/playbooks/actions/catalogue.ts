import { type Bilingual, type MeasureKindId, measureWords } from '@menshen/contract';
import type { InputType } from '../input-type.ts';

/** Actions of OpenC2 1.0 (OASIS, section 3.3.1.1) that ours are named by. */
export const openC2Verbs = [
  ...(['scan', 'query', 'deny', 'contain', 'start', 'stop', 'cancel', 'set', 'update', 'create', 'delete', 'copy'] as const),
  ...(['investigate'] as const),
] as const;
export type OpenC2Verb = (typeof openC2Verbs)[number];

export type ParameterType = InputType | 'duration' | 'bilingual' | 'measure' | 'incident' | 'severity' | 'clock' | 'flag';

export interface ParameterSpec {
  readonly type: ParameterType;
  readonly required?: boolean;
}

export interface ActionSpec {
  readonly verb: OpenC2Verb;
  /** OpenC2 target, of our own profile. */
  readonly target: string;
  readonly summary: Bilingual;
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Exactly one of these is given. */
  readonly oneOf?: readonly string[];
  /** Outputs that later steps may use. */
  readonly outputs: readonly string[];
  /** The measure of containment that it takes; null where it is none. */
  readonly measure: MeasureKindId | null;
}

const needed = (type: ParameterType): ParameterSpec => ({ type, required: true });
const may = (type: ParameterType): ParameterSpec => ({ type });
const act = (
  verb: OpenC2Verb,
  target: string,
  [zh, en]: readonly [zh: string, en: string],
  parameters: ActionSpec['parameters'],
  outputs: readonly string[],
): ActionSpec => ({ verb, target, summary: { zh, en }, parameters, outputs, measure: null });

/** A measure of containment, in the verb and the words that it has there. */
const measure = (kind: MeasureKindId, parameters: ActionSpec['parameters'], oneOf?: readonly string[]): ActionSpec => {
  const { verb, object, name } = measureWords[kind];
  return {
    ...{ verb, target: object, summary: name, outputs: ['measure', 'affected', 'until'], measure: kind },
    parameters: { ...parameters, for: may('duration'), incident: may('incident') },
    ...(oneOf === undefined ? {} : { oneOf }),
  };
};

const scopes = { person: may('person'), department: may('department'), app: may('app'), everyone: may('flag') };

/** Everything that a step can do. The set is closed: what is not here no playbook does. */
export const catalogue = {
  'stop session': measure('end_sessions', { ...scopes, device: may('device'), version: may('version') }),
  'deny account': measure('lock_accounts', { person: needed('person') }),
  'set second factor': measure('force_step_up', scopes, ['person', 'department', 'app', 'everyone']),
  'deny address': measure('block_addresses', { address: needed('address'), app: may('app') }),
  'stop route': measure('stop_route', { app: needed('app'), route: needed('route') }),
  'stop campaign': measure('stop_campaign', { app: needed('app'), campaign: needed('campaign') }),
  'stop app version': measure('stop_version', { app: needed('app'), version: needed('version') }),
  'stop app': measure('stop_app', { app: needed('app'), notice: may('bilingual') }),
  'set read-only mode': measure('read_only', { app: needed('app'), notice: may('bilingual') }),
  'contain backend': measure('isolate_backend', { app: needed('app'), notice: may('bilingual') }),
  'update data key': measure('rotate_keys', { app: needed('app') }),
  'update app secret': measure('rotate_secret', { app: needed('app'), secret: may('text') }),
  'delete API token': measure('revoke_tokens', { token: may('text') }),
  'cancel measure': act('cancel', 'measure', ['解除处置措施', 'lift a measure'], { measure: needed('measure') }, []),
  'create incident': act(
    'create',
    'incident',
    ['立为事件', 'open an incident'],
    { title: needed('bilingual'), severity: may('severity') },
    ['incident'],
  ),
  'update incident': act(
    'update',
    'incident',
    ['记入事件时间线', 'add to the timeline of an incident'],
    { incident: needed('incident'), note: needed('bilingual'), clock: may('clock') },
    [],
  ),
  'create notice': act(
    'create',
    'notice',
    ['通知相关人员', 'tell people'],
    { title: needed('bilingual'), happened: needed('bilingual'), asked: may('bilingual'), severity: may('severity') },
    ['notice'],
  ),
  'investigate evidence': act(
    'investigate',
    'evidence',
    ['收集证据', 'collect evidence from the audit log'],
    { incident: needed('incident'), person: may('person'), address: may('address'), hours: may('number') },
    ['entries', 'sha256'],
  ),
  'scan app': act('scan', 'app', ['扫描应用源码', 'scan the source of an app'], { app: needed('app') }, ['sources']),
  'query finding': act('query', 'finding', ['查询扫描发现', 'count the findings of scans'], { app: may('app') }, [
    'critical',
    'high',
    'medium',
    'overdue',
  ]),
  'create training': act(
    'create',
    'training',
    ['指派课程', 'assign a course'],
    { course: needed('text'), person: may('person'), department: may('department'), days: may('number') },
    ['assignment', 'people'],
  ),
  'copy state': act('copy', 'state', ['立即备份', 'make a backup now'], {}, ['requested']),
  'start drill': act('start', 'drill', ['立即做恢复演练', 'drill a restore now'], {}, ['requested']),
  'query drill': act('query', 'drill', ['查询最近一次恢复演练', 'look at the last restore drill'], {}, [
    'ok',
    'ageHours',
    'rpoSeconds',
    'rtoSeconds',
  ]),
  'query release': act(
    'query',
    'release',
    ['核对线上代码', 'see whether deployed code is what was signed'],
    { app: may('app') },
    ['deployments', 'changed'],
  ),
} as const satisfies Record<string, ActionSpec>;

export type ActionName = keyof typeof catalogue;
export const actionNames = Object.keys(catalogue) as readonly ActionName[];
export const isActionName = (name: string): name is ActionName => Object.hasOwn(catalogue, name);
/** The catalogue entry of an action, with its parameters as a plain record. */
export const specOf = (name: ActionName): ActionSpec => catalogue[name];

/** Whether what an action did can be taken back: measures that stand until they end. */
export function canBeLifted(name: ActionName): boolean {
  const { measure: kind } = specOf(name);
  return kind !== null && measureWords[kind].nature === 'hold';
}
