import { createClientSuiteA, suiteAPrimitives } from '@menshen/wire';
import { createEmitter } from './events.ts';
import { createFactorClient } from './factors/factor-client.ts';
import { createStepUp } from './factors/step-up.ts';
import { createRandomPool } from './phone/random-pool.ts';
import type { Runtime } from './phone/runtime.ts';
import { createServerClock } from './phone/server-clock.ts';
import { createAuthorizer } from './requests/authorize-request.ts';
import { createGatewayClient } from './requests/gateway-client.ts';
import { createRequestRunner } from './requests/request-runner.ts';
import { createSender } from './requests/sender.ts';
import { createTransfers } from './requests/transfers.ts';
import { createTransport } from './requests/transport.ts';
import { createKeptValue } from './session/kept-value.ts';
import { logIn } from './session/login.ts';
import { createSessionManager, infoOf } from './session/session-manager.ts';
import { createSessionStore } from './session/session-store.ts';
import { readSettings } from './settings.ts';
import type { Menshen, MenshenOptions } from './types.ts';

/** Puts the parts of a client together, with time and chance handed in. */
export function composeMenshen(options: MenshenOptions, runtime: Runtime): Menshen {
  const settings = readSettings(options);
  const events = createEmitter();
  const transport = createTransport(settings.wx, runtime, settings.locale);
  const suite = createClientSuiteA(suiteAPrimitives);
  const random = createRandomPool(settings, runtime);
  const clock = createServerClock(runtime);
  const authorize = createAuthorizer({ settings, suite, random, clock });
  const sender = createSender({ transport, runtime, authorize, clock, locale: settings.locale });
  const gateway = createGatewayClient({ settings, runtime, sender, suite, random, clock });
  const place = {
    wx: settings.wx,
    key: settings.storageKey,
    owner: `${settings.origin} ${settings.app}`,
    encrypted: settings.device.encryptsStorage,
  };
  const store = createSessionStore({ ...place, bound: settings.serverKeys.length > 0 }, runtime);
  const sessions = createSessionManager({
    settings,
    gateway,
    store,
    events,
    logIn: () => logIn(settings, runtime, gateway, options.onBindingRequired),
  });
  const accept = (value: string): boolean => typeof value === 'string';
  const knownDevice = createKeptValue<string>({ ...place, key: `${place.key}:device`, accept }, runtime);
  const client = createFactorClient({ settings, runtime, gateway, sessions, knownDevice });
  const stepUp = createStepUp({ settings, runtime, suite, client, hook: options.onStepUp });
  const request = createRequestRunner({ settings, runtime, sender, sessions, stepUp });
  const transfers = createTransfers({ settings, runtime, gateway, sessions, stepUp });
  if (options.onSessionEnded !== undefined) events.on('sessionEnded', options.onSessionEnded);
  return {
    login: () => sessions.start().then(infoOf),
    request,
    uploadFile: transfers.uploadFile,
    connectSocket: transfers.connectSocket,
    factors: client.factors,
    logout: () => sessions.logout(),
    session: () => sessions.inspect(),
    on: (event, listener) => events.on(event, listener),
  };
}
