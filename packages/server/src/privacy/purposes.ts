import { createHash } from 'node:crypto';
import type { PrivacyConfig, PurposeConfig } from '@menshen/contract';
import { canonicalJson } from '../audit/canonical-json.ts';

/** A purpose with the digest of everything that a person is told of it. */
export interface Purpose extends PurposeConfig {
  /** The told text as canonical JSON (RFC 8785). */
  readonly told: string;
  /** SHA-256 of `told`, in hex: what a consent was given to. */
  readonly textHash: string;
}

/** The purposes of a configuration by id. */
export type Purposes = ReadonlyMap<string, Purpose>;

export function compilePurposes({ purposes }: PrivacyConfig): Purposes {
  return new Map(
    purposes.map((purpose) => {
      const { id, version, name, text, basis, fields, sensitive, automatedDecisions } = purpose;
      const told = canonicalJson({ automatedDecisions, basis, fields, id, name, sensitive, text, version });
      return [id, { ...purpose, told, textHash: createHash('sha256').update(told).digest('hex') }];
    }),
  );
}

/** Whether an app asks for it. */
export const asksFor = ({ apps }: Purpose, app: string): boolean => apps === undefined || apps.includes(app);
