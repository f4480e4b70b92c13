import { bilingual } from '@menshen/contract';
import * as z from 'zod';

/** Everything is valued from 1 (very low) to 5 (very high), as GB/T 20984-2022 does. */
export const grade = z.int().min(1).max(5);
export type Grade = number;

export const assetKinds = [
  ...(['app', 'platform', 'version', 'route', 'backend', 'data', 'people', 'key', 'node', 'dependency'] as const),
  'third_party',
] as const;
export type AssetKind = (typeof assetKinds)[number];

/** Where something can be read with one's own eyes. */
export const evidence = z.object({
  text: bilingual,
  /** When it was seen last, epoch ms; null for what holds as long as it is configured. */
  at: z.int().min(0).nullable(),
  /** Page of the console. */
  path: z.string().max(500),
});
export type Evidence = z.output<typeof evidence>;

/** What the company does. Owner and importance are the only things that people are asked for. */
export const business = z.object({
  id: z.string().max(64),
  name: bilingual,
  importance: grade,
  owner: z.string().max(128),
  /** Apps that carry it. */
  apps: z.array(z.string().max(64)),
  /** Businesses that it is tightly tied to: a more important one raises it. */
  tiedTo: z.array(z.string().max(64)),
});
export type Business = z.output<typeof business>;

/** Who reaches it: anybody, people who have signed in, administrators and inner parts. */
export const exposure = z.enum(['open', 'controlled', 'small']);
export type Exposure = z.output<typeof exposure>;

export const asset = z.object({
  id: z.string().max(700),
  kind: z.enum(assetKinds),
  /** System asset that it is a component of; null for a system asset itself. */
  of: z.string().max(700).nullable(),
  /** App that it belongs to; null for what belongs to all. */
  app: z.string().max(64).nullable(),
  name: bilingual,
  confidentiality: grade,
  integrity: grade,
  availability: grade,
  exposure,
  /** What it does that threats ask for, such as `write`, `export`, `upload`. */
  tags: z.array(z.string().max(40)),
  owner: z.string().max(128).nullable(),
  /** Page that it was found on. */
  path: z.string().max(500),
});
export type Asset = z.output<typeof asset>;

/** How often a sign of a threat was seen. */
export const signal = z.object({
  id: z.string().max(80),
  /** Events of the last 30 days. */
  count: z.int().min(0),
  /** Asset that they were seen at; null where that is not known, and then they count for all. */
  asset: z.string().max(700).nullable(),
  evidence,
});
export type Signal = z.output<typeof signal>;

export const weaknessSources = ['scan', 'probe', 'configuration', 'policy', 'advisory', 'operation'] as const;

/** Something concrete that makes a threat easier: GB/T 20984-2022 values ease and impact apart. */
export const weakness = z.object({
  id: z.string().max(200),
  kind: z.string().max(60),
  source: z.enum(weaknessSources),
  asset: z.string().max(700),
  title: bilingual,
  /** What mends it, in words. */
  fix: bilingual,
  ease: grade,
  impact: grade,
  cve: z.string().max(40).nullable(),
  /** CVSS score or, where nobody scored it, none. */
  cvss: z.number().min(0).max(10).nullable(),
  fixable: z.boolean(),
  since: z.int().min(0).nullable(),
  evidence: z.array(evidence),
});
export type Weakness = z.output<typeof weakness>;

/** That a control was seen to work. */
export const controlFact = z.object({
  control: z.string().max(60),
  /** Asset that it stands before: a component, a system asset with all its components, or `*` for everything. */
  scope: z.string().max(700),
  /** Whether it is switched on. A promise: without fresh evidence it counts for nothing. */
  configured: z.boolean(),
  evidence: z.array(evidence),
});
export type ControlFact = z.output<typeof controlFact>;

/** What advisories say of a CVE. */
export const advisory = z.object({ cve: z.string().max(40), epss: z.number().min(0).max(1).nullable(), exploited: z.boolean() });
export type Advisory = z.output<typeof advisory>;

/** Everything that an assessment is computed from, and nothing else. */
export const facts = z.object({
  /** Epoch ms; freshness is counted from here. */
  at: z.int().min(0),
  businesses: z.array(business),
  assets: z.array(asset),
  signals: z.array(signal),
  weaknesses: z.array(weakness),
  controls: z.array(controlFact),
  advisories: z.array(advisory),
});
export type Facts = z.output<typeof facts>;
