import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clientApi, errorCatalogue, isErrorCode, mfaApi } from '@menshen/contract';
import {
  type BindingRequiredBody,
  type ClockSkewBody,
  createSuiteA,
  formatTicket,
  type Hello,
  type LoginBody,
  type LoginGrant,
  openLogin,
  refusalCodes,
  type SealedAnswer,
  type SealedRequest,
  type SessionState,
  sealAnswer,
  sealLogin,
  sessionRefusals,
  suiteAPrimitives,
  type TicketBody,
  type TicketGrant,
} from '@menshen/wire';
import { expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type {
  Enrolled,
  Enrolment,
  EnrolmentConfirmation,
  EnrolmentRequest,
  FactorChallenge,
  SecondFactors,
  SentCode,
} from '../src/factors/factor-types.ts';

// The SDK cannot carry the contract's schemas; these tests hold its own types and codes to them.

it('knows only codes of the catalogue', () => {
  expect(refusalCodes.filter((code) => !isErrorCode(code))).toEqual([]);
});

it('knows every code that the gateway can answer', () => {
  // The catalogue keeps what only the console meets in its last section.
  const source = readFileSync(join(import.meta.dirname, '../../contract/src/errors.ts'), 'utf8');
  const [, consoleOnly = ''] = source.split('// The control plane.');
  const known: readonly string[] = refusalCodes;
  const missing = Object.keys(errorCatalogue).filter(
    // Keys and sealed fields are the business of backends and of the console.
    (code) => !known.includes(code) && !/^(seal_|key_in_use$)/.test(code) && !consoleOnly.includes(`  ${code}: entry(`),
  );
  expect(missing).toEqual([]);
});

it('takes only 401 for a lost session', () => {
  for (const code of sessionRefusals) expect(errorCatalogue[code].status).toBe(401);
});

it('has the types of the contract', () => {
  expectTypeOf<z.output<typeof clientApi.loginAnswer>>().toExtend<LoginGrant>();
  expectTypeOf<z.output<typeof clientApi.sessionAnswer>>().toExtend<SessionState>();
  expectTypeOf<z.output<typeof clientApi.bindingRequired>>().toExtend<BindingRequiredBody>();
  const body: LoginBody = { app: 'portal', channel: 'wecom', code: 'c', device: { model: 'm', system: 's', client: 'c' } };
  expect(clientApi.loginRequest.parse(body)).toEqual(body);
});

it('has the sealed forms of the contract', () => {
  expectTypeOf<z.output<typeof clientApi.sealedRequest>>().toExtend<SealedRequest>();
  expectTypeOf<z.output<typeof clientApi.sealedAnswer>>().toExtend<SealedAnswer>();
  expectTypeOf<ClockSkewBody['serverTime']>().toBeNumber();
  const suite = createSuiteA(suiteAPrimitives);
  let drawn = 0;
  const random = (length: number): Uint8Array => {
    drawn += 1;
    return new Uint8Array(length).fill(drawn);
  };
  const serverKey = { kid: 'k1', ...suite.keyPair(random) };
  const sealed = sealLogin(suite, { purpose: 'login', serverKey, app: 'portal', body: {}, timestamp: 1 }, random);
  expect(clientApi.sealedRequest.parse(sealed.message)).toEqual(sealed.message);
  const opened = openLogin(suite, 'login', serverKey, sealed.message);
  const answer = opened === null ? null : sealAnswer(suite, opened, { body: {}, keyVersion: 1 }, random);
  expect(clientApi.sealedAnswer.parse(answer?.message)).toEqual(answer?.message);
});

it('has the tickets and the greeting of the contract', () => {
  for (const body of [
    { use: 'socket', target: '/ws?room=1' },
    { use: 'upload', target: '/api/files', sha256: '0'.repeat(64) },
  ] satisfies TicketBody[])
    expect(clientApi.ticketRequest.parse(body)).toEqual(body);
  for (const body of [
    { use: 'upload', target: '/api/files' },
    { use: 'socket', target: '/ws', sha256: '0'.repeat(64) },
    { use: 'socket', target: 'https://evil.example/' },
    { use: 'socket', target: '/a b' },
  ])
    expect(clientApi.ticketRequest.safeParse(body).success).toBe(false);
  expectTypeOf<z.output<typeof clientApi.ticketAnswer>>().toExtend<TicketGrant>();
  expect(
    clientApi.ticketAnswer.safeParse({ ticket: formatTicket(new Uint8Array(32)), expiresAt: 1, serverTime: 1 }).success,
  ).toBe(true);
  const hello: Hello = {
    protocol: 1,
    suites: ['A'],
    kid: 'k1',
    keys: [{ kid: 'k1', suite: 'A', publicKey: 'A'.repeat(43) }],
    serverTime: 1,
  };
  expect(clientApi.helloAnswer.parse(hello)).toEqual(hello);
});

it.each([{ phoneCode: 'c' }, { account: { username: 'u', password: 'p' } }, { companyCode: 'c' }])('binds with %o', (proof) => {
  expect(clientApi.bindRequest.parse({ ticket: 't', ...proof })).toEqual({ ticket: 't', ...proof });
});

it('has the second factors of the contract', () => {
  expectTypeOf<z.output<typeof mfaApi.mfaAnswer>>().toExtend<SecondFactors>();
  expectTypeOf<z.output<typeof mfaApi.mfaChallengeAnswer>>().toExtend<FactorChallenge>();
  expectTypeOf<z.output<typeof mfaApi.mfaEnrolAnswer>>().toExtend<Enrolment>();
  expectTypeOf<z.output<typeof mfaApi.mfaConfirmAnswer>>().toExtend<Enrolled>();
  expectTypeOf<z.output<typeof mfaApi.mfaCodeAnswer>>().toExtend<SentCode>();
  for (const body of [
    { kind: 'totp', label: '手机', proof: { companyCode: 'C1' } },
    { kind: 'sms', proof: { challenge: 'c'.repeat(22), code: '123456' } },
    { kind: 'soter' },
  ] satisfies EnrolmentRequest[])
    expect(mfaApi.mfaEnrolRequest.parse(body)).toEqual(body);
  for (const body of [
    { enrolment: 'e'.repeat(22), code: '123456', endOtherSessions: true },
    { enrolment: 'e'.repeat(22), password: 'p' },
    { enrolment: 'e'.repeat(22), resultJson: '{}', signature: 's' },
  ] satisfies EnrolmentConfirmation[])
    expect(mfaApi.mfaConfirmRequest.parse(body)).toEqual(body);
  const operation = { method: 'POST', path: '/a', query: '', bodySha256: '0'.repeat(64) };
  expect(mfaApi.mfaChallengeRequest.safeParse({ purpose: 'approval', kind: 'totp', operation }).success).toBe(true);
});
