import { composeMenshen } from './compose-menshen.ts';
import { platformRuntime } from './runtime.ts';
import type { Menshen, MenshenOptions } from './types.ts';

/**
 * The client of one app behind a Menshen gateway. Make one per mini program (in `app.js`) and share it: the session, the limit of
 * parallel requests and the single login are per instance.
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
