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

/** Tries to bind, of one address: some ways of proof can be guessed at. */
const bindsOfAddress = { capacity: 30, refillPerSecond: 1, cost: 1 };
/**
 * Of all addresses together, in suite S: opening and answering one costs milliseconds of the one thread, and whoever knows the public key can ask for it
 * from as many addresses as they have. Logins in suite A, a hundred times cheaper, and in clear go on.
 */
const ofSuiteS = { capacity: 60, refillPerSecond: 20, cost: 1 };
/** Of these, one address gets a quarter: an office is let in, and a few addresses do not keep all others out. */
const suiteSOfAddress = { capacity: 30, refillPerSecond: 5, cost: 1 };

const tooMany = (where: string, waitMs: number): Refusal => ({
  ...refuse('rate_limited', where),
  retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)),
});

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
  const rateOf = (purpose: SealedPurpose) => {
    if (purpose === 'bind') return bindsOfAddress;
    const { loginsPerAddressBurst: capacity, loginsPerAddressPerSecond: refillPerSecond } =
      services.runtime().config.gateway.limits;
    return { capacity, refillPerSecond, cost: 1 };
  };

  const enter =
    <S extends z.ZodType>(purpose: SealedPurpose, schema: S, work: Enter<z.output<S>>) =>
    async (call: ClientCall): Promise<void> => {
      const address = services.rates.addressKey(call.address);
      const take = logins.take(`${purpose} ${address}`, rateOf(purpose));
      if (!take.allowed) return refuseCall(call, tooMany('address', take.retryAfterMs));
      const body = await readJson(call.request, z.union([clientApi.sealedRequest, schema]));
      const sealedRequest = clientApi.sealedRequest.safeParse(body);
      if (!sealedRequest.success) {
        const answer = await work(schema.parse(body), from(call));
        writeJson(call.response, 200, JSON.stringify(answer), call.id);
        return;
      }
      if (sealedRequest.data.suite === 'S') {
        const own = logins.take(`suite S ${address}`, suiteSOfAddress);
        const costly = own.allowed ? logins.take('suite S', ofSuiteS) : own;
        if (!costly.allowed) return refuseCall(call, tooMany('suite S', costly.retryAfterMs));
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
