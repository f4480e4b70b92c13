import * as z from 'zod';
import { legalBases } from './config/privacy.ts';

/** Bodies of `/_menshen/v1/privacy/...`: what a person can see and ask for in the mini program. Times are epoch milliseconds. */

const text = z.object({ zh: z.string(), en: z.string() });
export const purposeId = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

/** `outdated`: given for an earlier version of the text. */
export const consentStates = ['none', 'given', 'outdated', 'withdrawn'] as const;

export const clientPurpose = z.object({
  id: purposeId,
  version: z.int(),
  name: text,
  text,
  basis: z.enum(legalBases),
  fields: z.array(z.string()),
  sensitive: z.boolean(),
  state: z.enum(consentStates),
  at: z.int().nullable(),
});

/** Answer of `GET privacy/purposes`. */
export const purposesAnswer = z.object({ purposes: z.array(clientPurpose) });

/** `POST privacy/consents`. The version is the one that was shown: an earlier one than the one in force is refused. */
export const consentRequest = z.strictObject({
  purpose: purposeId,
  version: z.int().min(1).max(10_000),
  act: z.enum(['given', 'withdrawn']),
});
export const consentAnswer = z.object({ purpose: purposeId, state: z.enum(consentStates), at: z.int() });

/** What a person can ask for (PIPL articles 44 to 48). */
export const requestKinds = ['access', 'copy', 'correct', 'delete', 'withdraw', 'restrict', 'explain'] as const;
export const requestKind = z.enum(requestKinds);
export type RequestKind = z.output<typeof requestKind>;

export const requestStates = ['open', 'working', 'done', 'refused', 'cancelled'] as const;
export const requestState = z.enum(requestStates);
export type RequestState = z.output<typeof requestState>;

const words = z
  .string()
  .trim()
  .max(2_000)
  .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u);

/** `POST privacy/requests`. */
export const subjectRequest = z.strictObject({
  kind: requestKind,
  details: words.default(''),
  /** Where the answer may be sent, in the person's words. */
  contact: words.max(200).default(''),
});
export const requestView = z.object({
  id: z.string(),
  kind: requestKind,
  state: requestState,
  created: z.int(),
  due: z.int(),
  closed: z.int().nullable(),
  /** For the person: why it was refused or takes longer; empty when there is nothing to say. */
  answer: z.string(),
  /** Until when the export can be fetched; null when there is none. */
  exportUntil: z.int().nullable(),
});
/** Answer of `GET privacy/requests`. */
export const requestsAnswer = z.object({ requests: z.array(requestView) });

/** `POST privacy/export`: the file of a finished request, once more. */
export const exportRequest = z.strictObject({ request: z.string().regex(/^pr_[A-Za-z0-9_-]{16}$/) });
/** `file` is a zip in base64; how to verify it stands inside. */
export const exportAnswer = z.object({ name: z.string(), sha256: z.string(), file: z.string() });
