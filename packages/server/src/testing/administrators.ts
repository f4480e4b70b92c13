import {
  type AdministratorPower,
  acceptInvitation,
  adminLogin,
  beginOwnTotp,
  confirmOwnTotp,
  decideApproval,
  type Endpoint,
  loginEnrol,
  loginEnrolTotp,
  loginSecondFactor,
  requestApproval,
  type SignInStep,
  setup,
  stepUp,
} from '@menshen/contract';
import { hotp, totpCounter } from '../identity/factors/totp.ts';
import { approvalOf, ConsoleBrowser, setupTokenOf, testPassword, ticketOf } from './console.ts';
import type { Deployment } from './deployment.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of a base32 secret, as an authenticator app reads it. */
export function fromBase32(text: string): Uint8Array {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** A clock that a test moves. It starts at a real time, because certificates and audit logs look at it. */
export class TestClock {
  now = 1_767_225_600_000;
  readonly read = (): number => this.now;
  advance(milliseconds: number): void {
    this.now += milliseconds;
  }
}

export interface TestAdministrator {
  readonly username: string;
  readonly power: AdministratorPower;
  readonly browser: ConsoleBrowser;
  readonly secret: Uint8Array;
  readonly id: string;
  readonly recoveryCodes: readonly string[];
}

/** The code that an app shows now. A code works once, so the clock is moved to the next step first. */
export function freshCode(secret: Uint8Array, clock: TestClock): string {
  clock.advance(30_000);
  return hotp(secret, totpCounter(clock.now));
}

/** Enrols TOTP: before the session begins, or in it where the deployment lets in without a second factor. */
async function enrol(
  browser: ConsoleBrowser,
  step: SignInStep,
  clock: TestClock,
): Promise<{ secret: Uint8Array; id: string; recoveryCodes: readonly string[] }> {
  if (step.next === 'signed_in') {
    const begun = await browser.call(beginOwnTotp, { body: {} });
    const secret = fromBase32(begun.body.secret);
    const body = { ticket: begun.body.ticket, code: freshCode(secret, clock) };
    const done = await browser.call(confirmOwnTotp, { body });
    if (done.status !== 201) throw new Error(`enrolment: ${done.status} ${done.body.code}`);
    return { secret, id: step.session.administrator.id, recoveryCodes: done.body.recoveryCodes ?? [] };
  }
  const { ticket } = step;
  const enrolment = await browser.call(loginEnrolTotp, { body: { ticket } });
  const secret = fromBase32(enrolment.body.secret);
  const done = await browser.call(loginEnrol, { body: { ticket, proof: { method: 'totp', code: freshCode(secret, clock) } } });
  if (done.status !== 201) throw new Error(`enrolment: ${done.status} ${done.body.code}`);
  return { secret, id: done.body.session.administrator.id, recoveryCodes: done.body.recoveryCodes ?? [] };
}

/** For tests: the three separated administrators of a new deployment, each signed in with TOTP. */
export async function setUpThree(
  deployment: Deployment,
  clock: TestClock,
): Promise<Record<AdministratorPower, TestAdministrator>> {
  const { url } = deployment.platform.api;
  const first = new ConsoleBrowser(url);
  const token = setupTokenOf(deployment.platform);
  const created = await first.call(setup, {
    body: { token, username: 'xitong', password: testPassword, mode: 'separated', power: 'system' },
  });
  if (created.status !== 201) throw new Error(`set-up: ${created.status} ${created.body.code}`);
  const found = new Map<AdministratorPower, TestAdministrator>();
  found.set('system', {
    username: 'xitong',
    power: 'system',
    browser: first,
    ...(await enrol(first, created.body.step, clock)),
  });
  for (const { power, token: link } of created.body.invitations) {
    if (power === null) throw new Error('an invitation without a power');
    const browser = new ConsoleBrowser(url);
    const username = power === 'security' ? 'anquan' : 'shenji';
    const accepted = await browser.call(acceptInvitation, { body: { token: link, username, password: testPassword } });
    if (accepted.status !== 201) throw new Error(`invitation: ${accepted.status} ${accepted.body.code}`);
    found.set(power, { username, power, browser, ...(await enrol(browser, accepted.body, clock)) });
  }
  const of = (power: AdministratorPower): TestAdministrator => {
    const one = found.get(power);
    if (one === undefined) throw new Error(`no ${power} administrator`);
    return one;
  };
  return { system: of('system'), security: of('security'), audit: of('audit') };
}

/** For tests: a new browser in which the administrator signs in with password and TOTP. */
export async function signInAgain(
  administrator: TestAdministrator,
  clock: TestClock,
  browser = new ConsoleBrowser(administrator.browser.url, administrator.browser.from),
): Promise<ConsoleBrowser> {
  const first = await browser.call(adminLogin, { body: { username: administrator.username, password: testPassword } });
  if (first.status !== 200) throw new Error(`sign-in: ${first.status} ${first.body.code}`);
  const proof = { method: 'totp', code: freshCode(administrator.secret, clock) };
  const second = await browser.call(loginSecondFactor, { body: { ticket: ticketOf(first.body), proof } });
  if (second.status !== 200) throw new Error(`second factor: ${second.status} ${second.body.code}`);
  return browser;
}

/** For tests: the administrator shows TOTP again. */
export async function stepUpAgain(administrator: TestAdministrator, clock: TestClock): Promise<void> {
  const answer = await administrator.browser.call(stepUp, {
    body: { proof: { method: 'totp', code: freshCode(administrator.secret, clock) } },
  });
  if (answer.status !== 200) throw new Error(`step-up: ${answer.status} ${answer.body.code}`);
}

/** For tests: a call asked for by one and approved by another; the headers with which it may be made. */
export async function approved(
  endpoint: Endpoint,
  parts: Parameters<typeof approvalOf>[1],
  asker: TestAdministrator,
  approver: TestAdministrator,
  clock: TestClock,
): Promise<{ readonly 'x-menshen-approval': string }> {
  await stepUpAgain(asker, clock);
  const asked = await asker.browser.call(requestApproval, { body: approvalOf(endpoint, parts) });
  if (asked.status !== 201) throw new Error(`request: ${asked.status} ${asked.body.code}`);
  await stepUpAgain(approver, clock);
  const decided = await approver.browser.call(decideApproval, {
    params: { id: asked.body.id },
    body: { decision: 'approve', digest: asked.body.digest },
  });
  if (decided.status !== 200) throw new Error(`decision: ${decided.status} ${decided.body.code}`);
  return { 'x-menshen-approval': asked.body.id };
}
