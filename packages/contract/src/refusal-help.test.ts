import { expect, it } from 'vitest';
import { type ErrorCode, errorCatalogue } from './errors.ts';
import { refusalHelp } from './refusal-help.ts';

/** Codes that no request of an app ends with: of signing in, of the control plane, and of the console's own services. */
const elsewhere =
  /^(admin|attempt|bounce|break_glass|bulletin|contest|course|directory|drill|evidence|external|factor|incident|invitation|lab|labs|learner|privacy|purpose|recovery|release|retention|scan|seal|secret|setup|sms|step_up|subject|token|unsubscribe|approval|attestation|binding|code|login|sealed_login|server_key|ticket|username|power|own|last|csrf|password|person|drills|attempts)(_|$)|^(conflict|not_found|validation_failed|account_blocked|enrolment_proof_required|challenge_invalid|key_in_use|guard_reservation_unknown)$/;

const codes = Object.keys(errorCatalogue) as ErrorCode[];

it('explains every code with which a request can end, and no other', () => {
  const explained = codes.filter((code) => refusalHelp[code] !== undefined);
  expect(codes.filter((code) => !elsewhere.test(code))).toEqual(explained);
});

it('says why and what to do in both languages, at some length and without echoing', () => {
  for (const [code, { why, fix }] of Object.entries(refusalHelp)) {
    for (const { zh, en } of [why, fix]) {
      expect(zh, code).toMatch(/\p{Script=Han}/u);
      expect(zh, code).toMatch(/。$/);
      expect(en, code).toMatch(/^[A-Z].*\.$/s);
    }
    expect(why.zh.length + fix.zh.length, code).toBeGreaterThan(12);
  }
});
