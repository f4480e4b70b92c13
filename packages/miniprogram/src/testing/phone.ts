import { composeMenshen } from '../compose-menshen.ts';
import type { Menshen, MenshenOptions } from '../types.ts';
import { createFakeWx, type FakeWx, type FakeWxOptions } from './fake-wx.ts';
import { createManualRuntime, type ManualRuntime } from './manual-runtime.ts';
import { createScriptedGateway, type ScriptedGateway } from './scripted-gateway.ts';

export interface Phone {
  readonly gateway: ScriptedGateway;
  readonly wx: FakeWx;
  readonly runtime: ManualRuntime;
  readonly menshen: Menshen;
  /** The app after a restart: same phone, same storage. */
  restart(options?: Partial<MenshenOptions>): Menshen;
}

/** A phone with the SDK on it and a gateway that it talks to. */
export function createPhone(options: Partial<MenshenOptions> = {}, platform: Partial<FakeWxOptions> = {}): Phone {
  const gateway = createScriptedGateway();
  let codes = 0;
  const wx = createFakeWx({
    fetch: gateway.fetch,
    loginCode: () => {
      codes += 1;
      return `code-${codes}`;
    },
    ...platform,
  });
  const runtime = createManualRuntime();
  const restart = (more: Partial<MenshenOptions> = {}): Menshen =>
    composeMenshen({ baseUrl: 'https://api.example.com', app: 'portal', wx, ...options, ...more }, runtime);
  return { gateway, wx, runtime, menshen: restart(), restart };
}
