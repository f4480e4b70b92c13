import { clientApi, type LoginAnswer, MenshenError } from '@menshen/contract';
import type { SealedAnswer, SealedPurpose } from '@menshen/wire';
import * as z from 'zod';
import type { ClientKeys } from '../identity/binding/client-keys.ts';
import { openSealed } from '../identity/binding/sealed-logins.ts';
import type { Caller, IdentityService } from '../identity/service.ts';
import { writeJson } from './answer.ts';
import type { ClientCall } from './client-call.ts';
import { readJson } from './read-json.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import type { GatewayServices } from './services.ts';
import { createCheckVersion } from './stages/check-version.ts';
import type { Contain } from './stages/contain.ts';

export interface LoginApiParts {
  readonly services: GatewayServices;
  readonly identity: IdentityService;
  readonly clientKeys: () => ClientKeys;
  readonly from: (call: ClientCall) => Caller;
  readonly refuseCall: (call: ClientCall, refusal: Refusal) => Promise<void>;
  /** What keeps an app or a version from opening sessions. */
  readonly contain: Pick<Contain, 'assertLogin'>;
}

type Enter<T> = (body: T, caller: Caller) => Promise<LoginAnswer>;

/** `POST login` and `POST bind`, in clear or sealed (client protocol 1). */
export function loginOperations(parts: LoginApiParts): Readonly<Record<string, (call: ClientCall) => Promise<void>>> {
  const { services, identity, clientKeys, refuseCall, contain } = parts;
  const version = createCheckVersion(services);
  const from = (call: ClientCall): Caller => ({
    ...parts.from(call),
    assertEntry(app, build, sealed) {
      contain.assertLogin(app, call.request, build);
      version.assertLogin(app, call.request, build, sealed);
    },
  });
  const { clock, random, replayGuard: guard } = services;
  const logins = services.coordination.localTokenBucket();

  const enter =
    <S extends z.ZodType>(purpose: SealedPurpose, schema: S, work: Enter<z.output<S>>) =>
    async (call: ClientCall): Promise<void> => {
      const take = logins.take(services.rates.addressKey(call.address), { capacity: 30, refillPerSecond: 1, cost: 1 });
      if (!take.allowed) {
        const retryAfter = Math.max(1, Math.ceil(take.retryAfterMs / 1000));
        return refuseCall(call, { ...refuse('rate_limited', 'address'), retryAfter });
      }
      const body = await readJson(call.request, z.union([clientApi.sealedRequest, schema]));
      const sealedRequest = clientApi.sealedRequest.safeParse(body);
      if (!sealedRequest.success) {
        const answer = await work(schema.parse(body), from(call));
        writeJson(call.response, 200, JSON.stringify(answer), call.id);
        return;
      }
      const exchange = await openSealed({ keys: clientKeys(), guard, clock, random }, purpose, sealedRequest.data);
      const inner = schema.safeParse(exchange.body);
      if (!inner.success || ('app' in Object(inner.data) && Reflect.get(Object(inner.data), 'app') !== exchange.app)) {
        throw new MenshenError('bad_request');
      }
      let message: SealedAnswer | null = null;
      await work(inner.data, {
        ...from(call),
        seal(answer, userKey) {
          const made = exchange.answer(answer, userKey);
          message = made.message;
          return made.binding;
        },
      });
      writeJson(call.response, 200, JSON.stringify(message), call.id);
    };

  return {
    'POST v1/login': enter('login', clientApi.loginRequest, (body, caller) => identity.login({ ...body, ...caller })),
    'POST v1/bind': enter('bind', clientApi.bindRequest, (body, caller) => identity.bind({ ...body, ...caller })),
  };
}
