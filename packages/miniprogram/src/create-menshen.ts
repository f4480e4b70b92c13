import { composeMenshen } from './compose-menshen.ts';
import { platformRuntime } from './phone/runtime.ts';
import type { Menshen, MenshenOptions } from './types.ts';

/**
 * The client of one app behind a Menshen gateway. Make one per app, in a module that the pages share: session and single login are per
 * instance. The platform's limit of parallel requests is kept over all of them.
 *
 * @example
 * const menshen = createMenshen({ baseUrl: 'https://api.example.com', app: 'portal' });
 * const { data } = await menshen.request({ url: '/api/me' });
 *
 * @throws TypeError when an option cannot be.
 */
export function createMenshen(options: MenshenOptions): Menshen {
  return composeMenshen(options, platformRuntime);
}
