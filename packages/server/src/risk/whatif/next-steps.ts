import { type ControlId, controls } from '../controls/catalogue.ts';
import { type Assessment, assessing } from '../method/assess.ts';
import type { Method } from '../method/functions.ts';
import type { Facts } from '../model.ts';
import type { Threat } from '../threats/catalogue.ts';
import { applyChanges, type Change } from './apply.ts';
import { compare } from './compare.ts';

export interface NextStep {
  readonly changes: readonly Change[];
  readonly control: ControlId;
  /** Asset kinds or a tag that it would stand before. */
  readonly tag: string | null;
  /** Sum of the scores that it takes off. */
  readonly gain: number;
  readonly risks: number;
  /** The risk that falls most. */
  readonly most: { readonly id: string; readonly before: number; readonly after: number };
}

/** Controls that are switched on route by route, and the routes that they are usually meant for. */
const byTag: readonly (readonly [ControlId, readonly string[]])[] = [
  ['second_factor', ['export', 'personal', 'money', 'write']],
  ['schema', ['write']],
  ['rate_limit', ['read', 'write', 'public']],
  ['masking', ['personal']],
  ['request_signing', ['signed-in']],
  ['encrypted_channel', ['personal']],
];
/** Controls of the whole platform. */
const whole: readonly ControlId[] = [
  ...(['inspection', 'gateway_tls', 'backend_tls', 'field_encryption', 'key_rotation', 'detection', 'notices'] as const),
  ...([
    'audit_log',
    'log_witness',
    'backup_drill',
    'backups',
    'second_place',
    'release_signing',
    'source_scan',
    'admin_second_factor',
    'separation',
  ] as const),
  ...(['directory_sync', 'retention', 'processors', 'training', 'step_up'] as const),
];

/** What would help most: every control that does not work everywhere yet, tried by what-if, by what it takes off. In slices, as it is many assessments. */
export function* nextSteps(
  facts: Facts,
  now: Pick<Assessment, 'risks'>,
  threats: readonly Threat[],
  method: Method,
  most = 8,
): Generator<void, readonly NextStep[]> {
  const tried: { readonly control: ControlId; readonly tag: string | null; readonly changes: readonly Change[] }[] = [
    ...whole.map((control) => ({
      control,
      tag: null,
      changes: [{ kind: 'control' as const, control, on: true, where: { everywhere: true as const } }],
    })),
    ...byTag.flatMap(([control, tags]) =>
      tags
        .filter((tag) => facts.assets.some((asset) => asset.tags.includes(tag)))
        .map((tag) => ({
          control,
          tag,
          changes: [{ kind: 'control' as const, control, on: true, where: { tag, app: null } }],
        })),
    ),
  ];
  const steps: NextStep[] = [];
  for (const { control, tag, changes } of tried) {
    // Only threats that the control concerns can change: the others need not be computed again.
    const concerned = threats.filter((threat) => concerns(control, threat));
    const ids = new Set(concerned.map(({ id }) => id));
    const before = { risks: now.risks.filter(({ threat }) => ids.has(threat.id)) };
    const after = yield* assessing(applyChanges(facts, changes), concerned, method);
    const { changed, total } = compare(before, after);
    const gain = Math.round((total.before - total.after) * 10) / 10;
    const [first] = changed;
    if (gain <= 0 || first?.before == null) continue;
    steps.push({
      ...{ changes, control, tag, gain, risks: changed.filter(({ difference }) => difference < 0).length },
      most: { id: first.id, before: first.before.score, after: first.after?.score ?? 0 },
    });
    yield;
  }
  return steps.sort((a, b) => b.gain - a.gain || (a.control < b.control ? -1 : 1)).slice(0, most);
}

/** Whether switching a control on can change anything for a threat. */
const concerns = (control: ControlId, { prevents, protects, weaknesses }: Threat): boolean =>
  prevents.includes(control) || protects.includes(control) || controls[control].mends.some((kind) => weaknesses.includes(kind));
