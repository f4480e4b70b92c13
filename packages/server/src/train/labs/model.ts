import type { Bilingual, LabId } from '@menshen/contract';

/** Who sends a request of a lab; the sandbox has their phones. */
export type LabActor = 'thief' | 'owner' | 'customer' | 'publisher' | 'reader';

/** A member of a request's body that the learner may change. It never reaches path, query or headers. */
export interface LabField {
  readonly name: string;
  readonly label: Bilingual;
  readonly kind: 'text' | 'long' | 'integer';
  readonly initial: string | number;
  /** Characters of a text. */
  readonly max: number;
}

export type LabValues = Readonly<Record<string, string | number>>;

/** A request that can be sent into the sandbox: method and path stand, of the body the named fields can be changed. */
export interface LabRequest {
  readonly id: string;
  readonly role: 'attack' | 'honest';
  readonly actor: LabActor;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Members of the body that stay as they are. */
  readonly fixed: LabValues;
  readonly fields: readonly LabField[];
  readonly title: Bilingual;
  /** What to try, and what to look at in the answer. */
  readonly task: Bilingual;
  /** Whether what was sent is what it claims to be: an attack that means harm, an honest request that means none. */
  readonly meant: (values: LabValues) => boolean;
  /** Whether an answer shows that an attack did its harm; of an honest request, that it was spoilt. */
  readonly harmed: (answer: unknown, values: LabValues) => boolean;
  /** What the decision log says of it once it is stopped: reason codes of the gateway, or an alarm of ours that names the request. */
  readonly stoppedBy: { readonly codes: readonly string[]; readonly alarm: string | null };
}

/** One of the cases of this product, hands on. */
export interface Lab {
  readonly id: LabId;
  readonly title: Bilingual;
  readonly summary: Bilingual;
  readonly minutes: number;
  /** What the real protection is, and what switching it on changes. */
  readonly protection: Bilingual;
  readonly requests: readonly LabRequest[];
}

/** What the sandbox's decision log says of one request. */
export interface LogFact {
  readonly requestId: string;
  readonly index: number;
  readonly outcome: 'passed' | 'refused' | 'failed' | 'unknown';
  readonly status: number;
  readonly code: string | null;
  /** The stage that refused. */
  readonly stage: string | null;
  /** Name of an alarm that names the request, such as `rich_text_script`. */
  readonly alarm: string | null;
}

/** What of the sandbox's decision log a verdict needs. */
export interface LogFacts {
  /** Place of the entry with which the protection came into force; null before. */
  readonly switched: number | null;
  readonly requests: readonly LogFact[];
}

/** A member of an answer; undefined where it has none. */
export function memberOf(answer: unknown, name: string): unknown {
  return typeof answer === 'object' && answer !== null && Object.hasOwn(answer, name) ? Reflect.get(answer, name) : undefined;
}

export const anything = (): boolean => true;
export const nothing = (): boolean => false;
/** Of honest requests: nothing stops them. */
export const unstopped = { codes: [], alarm: null } as const;
