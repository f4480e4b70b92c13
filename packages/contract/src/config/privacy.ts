import * as z from 'zod';
import { identifier } from './words.ts';

const bilingualText = (limit: number) => z.strictObject({ zh: z.string().min(1).max(limit), en: z.string().min(1).max(limit) });

/** Bases of PIPL article 13 on which personal information is processed. Consent is one of seven. */
export const legalBases = [
  'consent',
  'contract',
  'human_resources',
  'legal_duty',
  'emergency',
  'public_interest',
  'public_information',
] as const;
export type LegalBasis = (typeof legalBases)[number];

/** A purpose for which personal information is processed, as the person is told it. Raise `version` with every change of the text. */
export const purposeSchema = z.strictObject({
  id: identifier,
  version: z.int().min(1).max(10_000).default(1),
  name: bilingualText(60),
  /** What the person reads and agrees to; its SHA-256 stands in the evidence. */
  text: bilingualText(4_000),
  basis: z.enum(legalBases).default('consent'),
  /** What is processed, in the words of the company: `phone`, `order address`. */
  fields: z.array(z.string().min(1).max(60)).min(1).max(50),
  /** Apps that ask for it; all when absent. */
  apps: z.array(identifier).max(200).optional(),
  /** Sensitive personal information (PIPL article 28): the consent stands alone, and an impact assessment is due. */
  sensitive: z.boolean().default(false),
  /** Whether it decides about people by machine (PIPL article 24). */
  automatedDecisions: z.boolean().default(false),
  /** Scopes of WeChat (`RevokeInfo` of `user_authorization_revoke`) whose withdrawal in WeChat withdraws this consent. */
  wechatScopes: z.array(z.int().min(1).max(999)).max(40).default([]),
});
export type PurposeConfig = z.output<typeof purposeSchema>;

const days = (least: number, most: number, usual: number) => z.int().min(least).max(most).default(usual);

/** Privacy duties (PIPL). */
export const privacySchema = z
  .strictObject({
    purposes: z.array(purposeSchema).max(100).default([]),
    requests: z
      .strictObject({
        /**
         * Days until a request of a person is due. PIPL article 50 says "in good time" and names no number; 15 working days are what
         * regulations on apps ask for, and companies promise in their policies.
         */
        days: days(1, 60, 15),
        /** Days before the end from which a request is a warning. */
        warnDays: days(0, 30, 5),
        /** Days by which one request may be extended, once. */
        extensionDays: days(1, 60, 15),
        /** Apps whose people prove a second factor before they ask for data, correction or deletion. */
        secondFactorApps: z.array(identifier).max(200).default([]),
        secondFactorSeconds: z.int().min(30).max(86_400).default(300),
        /** Days for which a finished export can be fetched. */
        exportDays: days(1, 90, 14),
        /** Open requests that one person may have. */
        openPerPerson: z.int().min(1).max(50).default(5),
      })
      .prefault({}),
  })
  .refine(({ purposes }) => new Set(purposes.map(({ id }) => id)).size === purposes.length, {
    path: ['purposes'],
    message: 'need distinct ids',
  });
export type PrivacyConfig = z.output<typeof privacySchema>;

/**
 * How long each kind of personal data is kept, in days. What the law wants kept has a least: consent and impact assessments three years (PIPL
 * article 56), logs six months (Cybersecurity Law, network logs).
 */
export const retentionSchema = z.strictObject({
  /** Where and with what device people were seen. */
  sightings: days(7, 180, 90),
  /** Failed proofs. */
  loginAttempts: days(1, 365, 30),
  /** Known devices of second factors, since their last use. */
  devices: days(1, 3_650, 180),
  /** What people said about verdicts of inspection. */
  verdictSamples: days(1, 3_650, 180),
  /** Who read which fields. */
  inventories: days(7, 90, 90),
  /** Files checked by WeChat. */
  mediaChecks: days(1, 90, 90),
  /** Tests of training with their answers; results and certificates stay. */
  trainingAnswers: days(7, 1_095, 180),
  /** Records of consent, since the person withdrew it or was erased. */
  consents: days(1_095, 36_500, 1_095),
  /** Requests of people, since they were closed. */
  requests: days(365, 36_500, 1_095),
  /** Entries of the audit log. Whole days go, by an order that the log itself records; its hashes stay, so that the rest can be proved. */
  audit: days(180, 36_500, 365),
});
export type RetentionConfig = z.output<typeof retentionSchema>;
export const retentionClasses = [
  'sessions',
  'sightings',
  'loginAttempts',
  'devices',
  'verdictSamples',
  'inventories',
  'mediaChecks',
  'trainingAnswers',
  'exports',
  'consents',
  'requests',
  'audit',
] as const;
export type RetentionClass = (typeof retentionClasses)[number];

/** What an app's backend holds of people itself, and how it is asked. */
export const subjectDataSchema = z.strictObject({
  /** Where the backend answers `{uid, kind, request}` with what it holds, corrects or has erased. */
  url: z.url({ protocol: /^https?$/ }),
  /** Signs each call: `X-Menshen-Webhook-Signature: t=SECONDS,v1=hex(HMAC-SHA256(secret, t.body))`. */
  secret: z.string().min(16).max(4_096),
  timeoutMs: z.int().min(100).max(60_000).default(10_000),
});
