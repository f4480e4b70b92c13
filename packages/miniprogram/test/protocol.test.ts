import { clientApi, errorCatalogue, isErrorCode } from '@menshen/contract';
import {
  type BindingRequiredBody,
  type LoginBody,
  type LoginGrant,
  refusalCodes,
  type SessionState,
  sessionRefusals,
} from '@menshen/wire';
import { expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';

// The SDK cannot carry the contract's schemas; these tests hold its own types and codes to them.

it('knows only codes of the catalogue', () => {
  expect(refusalCodes.filter((code) => !isErrorCode(code))).toEqual([]);
});

it('knows every code that the gateway can answer', () => {
  const consoleOnly = /^(setup_|admin_|csrf_|password_|not_found$|validation_)/;
  const known: readonly string[] = refusalCodes;
  expect(Object.keys(errorCatalogue).filter((code) => !known.includes(code) && !consoleOnly.test(code))).toEqual([]);
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

it.each([{ phoneCode: 'c' }, { account: { username: 'u', password: 'p' } }, { companyCode: 'c' }])('binds with %o', (proof) => {
  expect(clientApi.bindRequest.parse({ ticket: 't', ...proof })).toEqual({ ticket: 't', ...proof });
});
