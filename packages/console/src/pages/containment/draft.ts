import { type Measured, type MeasureKindId, measureTargets } from '@menshen/contract';

/** What stands in the form; every kind uses some of it. */
export interface Draft {
  readonly kind: MeasureKindId;
  readonly scope: 'person' | 'department' | 'device' | 'version' | 'app' | 'everyone';
  readonly app: string;
  readonly person: string;
  readonly department: string;
  readonly device: string;
  /** One a line. */
  readonly persons: string;
  readonly addresses: string;
  readonly versions: string;
  readonly route: string;
  readonly campaign: string;
  readonly noticeZh: string;
  readonly noticeEn: string;
  readonly tokens: readonly string[];
  /** A new secret that waits: app, which secret, and its id, with spaces between. */
  readonly staged: string;
}

export type DraftField = Exclude<keyof Draft, 'kind' | 'tokens' | 'noticeEn'> | 'tokens';

export const blankDraft = (kind: MeasureKindId, start: Partial<Draft> = {}): Draft => ({
  ...{ kind, scope: 'person', app: '', person: '', department: '', device: '', persons: '', addresses: '', versions: '' },
  ...{ route: '', campaign: '', noticeZh: '', noticeEn: '', tokens: [], staged: '' },
  ...start,
});

/** The choices of scope that a kind has; none where its target is of one form. */
export const scopesOf: Partial<Record<MeasureKindId, readonly Draft['scope'][]>> = {
  end_sessions: ['person', 'department', 'device', 'version', 'app', 'everyone'],
  force_step_up: ['person', 'department', 'app', 'everyone'],
};

/** The fields that a draft shows, in their order. */
export function fieldsOf({ kind, scope }: Pick<Draft, 'kind' | 'scope'>): readonly DraftField[] {
  switch (kind) {
    case 'end_sessions':
    case 'force_step_up':
      if (scope === 'everyone') return ['scope'];
      if (scope === 'device') return ['scope', 'device', 'person'];
      return scope === 'version' ? ['scope', 'app', 'versions'] : ['scope', scope];
    case 'lock_accounts':
      return ['persons'];
    case 'block_addresses':
      return ['addresses', 'app'];
    case 'stop_route':
      return ['app', 'route'];
    case 'stop_campaign':
      return ['app', 'campaign'];
    case 'stop_version':
      return ['app', 'versions'];
    case 'stop_app':
    case 'read_only':
      return ['app', 'noticeZh'];
    case 'isolate_backend':
      return ['app', 'persons', 'addresses', 'noticeZh'];
    case 'rotate_keys':
      return ['app'];
    case 'rotate_secret':
      return ['staged'];
    case 'revoke_tokens':
      return ['tokens'];
  }
}

/** Fields that may stay empty. */
export const optionalFields = ({ kind, scope }: Pick<Draft, 'kind' | 'scope'>): ReadonlySet<DraftField> =>
  new Set<DraftField>([
    'noticeZh',
    ...(kind === 'block_addresses' ? (['app'] as const) : []),
    ...(kind === 'isolate_backend' ? (['persons', 'addresses'] as const) : []),
    ...(kind === 'end_sessions' && scope === 'device' ? (['person'] as const) : []),
  ]);

const lines = (text: string): string[] => [...new Set(text.split(/[\n,，\s]+/).flatMap((line) => (line === '' ? [] : [line])))];

/** The measure that a draft stands for; null while something is missing or malformed. */
export function measureOf(draft: Draft): Measured | null {
  const target = targetOf(draft);
  const read = measureTargets[draft.kind].safeParse(target);
  return read.success ? ({ kind: draft.kind, target: read.data } as Measured) : null;
}

function targetOf(draft: Draft): unknown {
  const { kind, scope, app, person, department, device, route, campaign } = draft;
  const zh = draft.noticeZh.trim();
  const en = draft.noticeEn.trim();
  // Who writes one language only means it for both.
  const notice = zh === '' && en === '' ? {} : { notice: { zh: zh === '' ? en : zh, en: en === '' ? zh : en } };
  switch (kind) {
    case 'end_sessions':
    case 'force_step_up':
      if (scope === 'person') return { scope, person: person.trim() };
      if (scope === 'department') return { scope, department };
      if (scope === 'app') return { scope, app };
      if (scope === 'device') return { scope, device: device.trim(), ...(person.trim() === '' ? {} : { person: person.trim() }) };
      if (scope === 'version') return { scope, app, version: lines(draft.versions)[0] ?? '' };
      return { scope };
    case 'lock_accounts':
      return { persons: lines(draft.persons) };
    case 'block_addresses':
      return { addresses: lines(draft.addresses), ...(app === '' ? {} : { app }) };
    case 'stop_route':
      return { app, route };
    case 'stop_campaign':
      return { app, campaign };
    case 'stop_version':
      return { app, versions: lines(draft.versions) };
    case 'stop_app':
    case 'read_only':
      return { app, ...notice };
    case 'isolate_backend':
      return { app, persons: lines(draft.persons), addresses: lines(draft.addresses), ...notice };
    case 'rotate_keys':
      return { app };
    case 'rotate_secret': {
      const [of, secret, staged] = draft.staged.split(' ');
      return { app: of, secret, staged };
    }
    case 'revoke_tokens':
      return draft.tokens.length === 0 ? {} : { tokens: [...draft.tokens] };
  }
}
