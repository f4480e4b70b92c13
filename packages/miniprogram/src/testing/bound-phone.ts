import { composeMenshen } from '../compose-menshen.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { Menshen, MenshenOptions } from '../types.ts';
import { type BoundGateway, createBoundGateway } from './bound-gateway.ts';
import { createFakeWx, type FakeWx, type FakeWxOptions } from './fake-wx.ts';
import { createManualRuntime, type ManualRuntime } from './manual-runtime.ts';
import { createScriptedGateway, type ScriptedGateway } from './scripted-gateway.ts';

export interface BoundPhone {
  /** Behind the checks: sees logins and requests in clear. */
  readonly gateway: ScriptedGateway;
  readonly bound: BoundGateway;
  readonly wx: FakeWx;
  readonly runtime: ManualRuntime;
  readonly menshen: Menshen;
  /** The app after a restart: same phone, same storage. */
  restart(options?: Partial<MenshenOptions>): Menshen;
  /** How far the phone's clock is ahead of the gateway's, in milliseconds. */
  skewMs: number;
}

const epoch = 1_999_998_000_000;

/** A phone whose app has pinned the keys of a gateway that demands binding. */
export function createBoundPhone(options: Partial<MenshenOptions> = {}, platform: Partial<FakeWxOptions> = {}): BoundPhone {
  const runtime = createManualRuntime();
  const gateway = createScriptedGateway();
  const bound = createBoundGateway(gateway, () => epoch + runtime.now());
  let codes = 0;
  const wx = createFakeWx({
    fetch: (url, init) => bound.fetch(url, init),
    loginCode: () => {
      codes += 1;
      return `code-${codes}`;
    },
    ...platform,
  });
  const clock: Runtime = {
    now: () => epoch + runtime.now() + phone.skewMs,
    random: () => runtime.random(),
    timer: (ms, callback) => runtime.timer(ms, callback),
  };
  const restart = (more: Partial<MenshenOptions> = {}): Menshen =>
    composeMenshen(
      { baseUrl: 'https://api.example.com', app: 'portal', wx, serverKeys: bound.serverKeys, ...options, ...more },
      clock,
    );
  const phone = { gateway, bound, wx, runtime, skewMs: 0, restart };
  return Object.assign(phone, { menshen: restart() });
}
