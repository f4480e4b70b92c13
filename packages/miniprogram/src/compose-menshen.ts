import { bearerAuthorizer } from './authorize-request.ts';
import { createEmitter } from './events.ts';
import { createGatewayClient } from './gateway-client.ts';
import { logIn } from './login.ts';
import { createRequestRunner } from './request-runner.ts';
import type { Runtime } from './runtime.ts';
import { createSessionManager, infoOf } from './session-manager.ts';
import { createSessionStore } from './session-store.ts';
import { readSettings } from './settings.ts';
import { createStepUp } from './step-up.ts';
import { createTransport } from './transport.ts';
import type { Menshen, MenshenOptions } from './types.ts';

/** Puts the parts of a client together, with time and chance handed in. */
export function composeMenshen(options: MenshenOptions, runtime: Runtime): Menshen {
  const settings = readSettings(options);
  const events = createEmitter();
  const transport = createTransport(settings.wx, runtime, settings.language);
  const gateway = createGatewayClient(settings, transport);
  const store = createSessionStore(
    {
      wx: settings.wx,
      key: settings.storageKey,
      owner: `${settings.origin} ${settings.app}`,
      encrypted: settings.device.encryptsStorage,
    },
    runtime,
  );
  const sessions = createSessionManager({
    settings,
    gateway,
    store,
    events,
    logIn: () => logIn(settings, runtime, gateway, options.onBindingRequired),
  });
  const request = createRequestRunner({
    settings,
    runtime,
    transport,
    sessions,
    stepUp: createStepUp(options.onStepUp),
    authorize: bearerAuthorizer,
  });
  if (options.onSessionEnded !== undefined) events.on('sessionEnded', options.onSessionEnded);
  return {
    login: () => sessions.start().then(infoOf),
    request,
    logout: () => sessions.logout(),
    session: () => sessions.inspect(),
    on: (event, listener) => events.on(event, listener),
  };
}
