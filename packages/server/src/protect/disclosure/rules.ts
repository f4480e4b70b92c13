import {
  type DisclosureConfig,
  type InnerKind,
  innerKinds,
  type MaskConfig,
  type PersonalKind,
  personalKinds,
} from '@menshen/contract';

/** What a route does with answers that hold what they perhaps should not. */
export interface DisclosureRules {
  readonly personal: Readonly<Record<PersonalKind, 'pass' | 'alert' | 'mask' | 'withhold'>>;
  readonly inner: Readonly<Record<InnerKind, 'pass' | 'alert' | 'withhold'>>;
  readonly most: number;
  readonly onMost: 'alert' | 'withhold';
  /** When reading far more than usual is an alarm. */
  readonly bulk: NonNullable<DisclosureConfig['bulk']>;
  /** Fields that are masked unless they are revealed. */
  readonly masks: readonly MaskConfig[];
  /** Whether an answer must be held whole, because something in it may have to be hidden. */
  readonly holds: boolean;
}

/** Employees' phone numbers are in half of a portal's answers; what is never meant to be there is withheld. */
const defaults = {
  phone: 'pass',
  identity_card: 'alert',
  bank_card: 'alert',
  stack_trace: 'withhold',
  sql_error: 'withhold',
  secret: 'withhold',
  most: 500,
  onMost: 'alert',
  bulk: { factor: 5, learningDays: 7, least: 50 },
} as const satisfies { [K in keyof DisclosureConfig]-?: NonNullable<DisclosureConfig[K]> };

/** Brings together what gateway, app and route say; the last word counts. */
export function compileDisclosure(
  levels: readonly (DisclosureConfig | undefined)[],
  masks: readonly MaskConfig[],
): DisclosureRules {
  const word = <K extends keyof DisclosureConfig>(name: K): NonNullable<DisclosureConfig[K]> =>
    levels.findLast((level) => level?.[name] !== undefined)?.[name] ?? defaults[name];
  const personal = { phone: word('phone'), identity_card: word('identity_card'), bank_card: word('bank_card') };
  const inner = { stack_trace: word('stack_trace'), sql_error: word('sql_error'), secret: word('secret') };
  // The defaults withhold what a small answer shows; only who asks for more pays by holding large ones.
  const asked = levels
    .slice(1)
    .some((level) => [...personalKinds, ...innerKinds].some((kind) => level?.[kind] === 'mask' || level?.[kind] === 'withhold'));
  return {
    personal,
    inner,
    most: word('most'),
    onMost: word('onMost'),
    bulk: word('bulk'),
    masks,
    holds: masks.length > 0 || asked,
  };
}
