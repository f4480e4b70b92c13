import * as contract from '@menshen/contract';
import { hotp, totpCounter } from '../../identity/factors/totp.ts';
import { ConsoleBrowser, testPassword } from '../../testing/console.ts';

function fromBase32(text: string): Uint8Array {
  const bits = [...text]
    .map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

/** Opens the one-time set-up link as the first and only administrator of a running process, second factor and all. */
export async function openSetupLink(link: string): Promise<ConsoleBrowser> {
  const { origin, hash } = new URL(link);
  const browser = new ConsoleBrowser(origin);
  const token = new URLSearchParams(hash.slice(1)).get('token') ?? '';
  const body = { token, username: 'operator', password: testPassword, mode: 'single_operator' };
  const answer = await browser.call(contract.setup, { body });
  if (answer.status !== 201) throw new Error(`set-up: ${answer.status} ${answer.body.code ?? ''}`);
  const { step } = answer.body;
  if (step.next !== 'enrol') return browser;
  const enrolment = await browser.call(contract.loginEnrolTotp, { body: { ticket: step.ticket } });
  const code = hotp(fromBase32(enrolment.body.secret), totpCounter(Date.now()));
  const entered = await browser.call(contract.loginEnrol, {
    body: { ticket: step.ticket, proof: { method: 'totp', code } },
  });
  if (entered.status !== 201) throw new Error(`second factor: ${entered.status} ${entered.body.code ?? ''}`);
  return browser;
}
