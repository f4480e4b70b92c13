import type { Network } from './values/cidr.ts';
import type { Pattern } from './values/pattern.ts';
import type { TimePart } from './values/time-part.ts';
import type { YamlMap } from './yaml.ts';

export type Level = 'informational' | 'low' | 'medium' | 'high' | 'critical';

/** What every Sigma document says about itself. */
export interface Metadata {
  readonly id: string | null;
  readonly name: string | null;
  readonly title: string;
  readonly description: string | null;
  readonly status: string | null;
  readonly level: Level | null;
  readonly author: string | null;
  readonly date: string | null;
  readonly modified: string | null;
  readonly references: readonly string[];
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly fields: readonly string[];
  readonly taxonomy: string;
  /** Attributes that Sigma does not define. */
  readonly custom: YamlMap;
}

export interface LogSource {
  readonly category: string | null;
  readonly product: string | null;
  readonly service: string | null;
}

export type Comparison = 'eq' | 'neq' | 'lt' | 'lte' | 'gt' | 'gte';

/** How one value of a field is tested. */
export type Matcher =
  | { readonly kind: 'pattern'; readonly pattern: Pattern; readonly cased: boolean }
  /** `source` is the number as it is written in the rule. */
  | { readonly kind: 'number'; readonly value: number; readonly source: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'exists'; readonly value: boolean }
  | {
      readonly kind: 'regexp';
      readonly source: string;
      readonly ignoreCase: boolean;
      readonly multiline: boolean;
      readonly dotAll: boolean;
    }
  | { readonly kind: 'cidr'; readonly network: Network }
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly value: number }
  | { readonly kind: 'timePart'; readonly part: TimePart; readonly comparison: Comparison; readonly value: number }
  | {
      readonly kind: 'fieldRef';
      readonly field: string;
      readonly where: 'whole' | 'start' | 'end' | 'inside';
      readonly cased: boolean;
    }
  /** One value written in several ways, such as `base64offset`: any of them, also under `all`. */
  | { readonly kind: 'any'; readonly of: readonly Matcher[] }
  | { readonly kind: 'unresolved'; readonly placeholder: string };

/** A field, or the whole event where `field` is null, and the values asked for. */
export interface DetectionItem {
  readonly kind: 'item';
  readonly field: string | null;
  readonly matchers: readonly Matcher[];
  readonly all: boolean;
  readonly negated: boolean;
  /** Without a field: whether a value has to begin or end with what is asked for, instead of holding it. */
  readonly anchored: boolean;
  readonly path: string;
}

export type Detection =
  | DetectionItem
  | { readonly kind: 'all'; readonly of: readonly Detection[] }
  | { readonly kind: 'any'; readonly of: readonly Detection[] };

export type Condition =
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'name'; readonly name: string }
  /** At least `least` of the names that the pattern means; `all` of them where `least` is null. */
  | { readonly kind: 'some'; readonly least: number | null; readonly pattern: string };

export interface DetectionSection {
  readonly detections: ReadonlyMap<string, Detection>;
  /** Joined by or. */
  readonly conditions: readonly Condition[];
}

export interface SigmaRule extends Metadata {
  readonly kind: 'rule';
  readonly logSource: LogSource;
  readonly section: DetectionSection;
}

export const correlationTypes = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
] as const;
export type CorrelationType = (typeof correlationTypes)[number];

export interface CorrelationCondition {
  /** All of them hold. */
  readonly bounds: readonly { readonly comparison: Comparison; readonly value: number }[];
  readonly fields: readonly string[];
  /** 0 to 100. */
  readonly percentile: number | null;
}

export interface SigmaCorrelation extends Metadata {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids or names of rules and correlations, in the order of the document. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespan: number;
  readonly condition: CorrelationCondition;
  /** Which rules have to be there; null for the plain count of `condition`. */
  readonly expression: Condition | null;
  /** Alias → rule's name or id → field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly generate: boolean;
}

export interface SigmaFilter extends Metadata {
  readonly kind: 'filter';
  readonly logSource: LogSource;
  /** Ids or names; null for every rule of the log source. */
  readonly rules: readonly string[] | null;
  readonly section: DetectionSection;
}

export type SigmaDocument = SigmaRule | SigmaCorrelation | SigmaFilter;
