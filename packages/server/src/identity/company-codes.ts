import { hash } from 'node:crypto';
import { MenshenError } from '@menshen/contract';
import { accountChangeEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { CodePurpose, IdentityStore } from './store.ts';

/** From an administrator, on paper or by word. */
const handedOutMs = 24 * 3_600_000;
/** Sent to the person who waits for it. */
const sentMs = 30 * 60_000;
/** No I, L, O, U, 0 and 1: a code is read from a letter and typed on a phone. */
const alphabet = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const length = 12;

export interface IssuedCode {
  readonly code: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface CompanyCodes {
  /**
   * Issues a one-time code to a person of the directory. One that an administrator hands out ends the earlier ones of its purpose; one that the person
   * had sent leaves them, so that who asks for codes in another's name cannot void those. Throws `not_found`.
   */
  issue(uid: string, purpose: CodePurpose, by: string): Promise<IssuedCode>;
  /** Uses up a code to bind a login: the person whose it was, or null. */
  useToBind(code: string): Promise<string | null>;
  /** Uses up a code of this person to enrol a second factor. */
  useToEnrol(code: string, uid: string): Promise<boolean>;
}

export interface CompanyCodeParts {
  readonly store: IdentityStore;
  readonly directory: DirectoryService;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

const digest = (code: string): string => hash('sha256', code.replace(/[\s-]/g, '').toUpperCase(), 'base64url');

/** One-time codes from the company: 12 of 30 letters and digits are 58 bits. */
export function createCompanyCodes({ store, directory, audit, clock, random }: CompanyCodeParts): CompanyCodes {
  return {
    async issue(uid, purpose, by) {
      const person = directory.snapshot().person(uid);
      if (person === undefined || person.status !== 'active') throw new MenshenError('not_found');
      const letters = [...random(length * 2)]
        .filter((byte) => byte < 240)
        .slice(0, length)
        .map((byte) => alphabet[byte % alphabet.length] ?? 'A');
      if (letters.length < length) throw new MenshenError('internal_error');
      const code = letters.join('');
      const handedOut = by !== uid;
      const expiresAt = clock() + (handedOut ? handedOutMs : sentMs);
      await audit.record(
        accountChangeEvent({
          time: clock(),
          activity: 'company_code',
          uid,
          by,
          app: null,
          address: null,
          detail: purpose,
          requestId: null,
        }),
      );
      await store.addCompanyCode(digest(code), uid, purpose, expiresAt, handedOut);
      return { code, expiresAt };
    },
    useToBind: (code) => store.consumeCompanyCode(digest(code), 'bind', null, clock()),
    useToEnrol: async (code, uid) => (await store.consumeCompanyCode(digest(code), 'enrol', uid, clock())) !== null,
  };
}
