import { createInspector } from '@menshen/inspect';
import { createLiveInspection } from '../../inspection/live.ts';
import type { Inspected } from '../../inspection/model.ts';
import type { RequestContext } from '../context.ts';
import type { GatewayServices } from '../services.ts';

/** What inspection says of one message of a client. */
export type MessageVerdict =
  | { readonly kind: 'pass' }
  /** `enforced` false: the route only watches. */
  | { readonly kind: 'refuse'; readonly code: string; readonly where: string | null; readonly enforced: boolean };

export type InspectMessage = (context: RequestContext, message: Buffer) => MessageVerdict | Promise<MessageVerdict>;

const pass: MessageVerdict = { kind: 'pass' };
const noParameters = Object.freeze(Object.create(null));
const noHeaders: readonly string[] = [];
/** `{` and `[`, after what JSON takes for space. */
const likeJson = /^[ \t\r\n]{0,64}[{[]/;

/**
 * Inspects the texts of a socket as bodies: those that begin like JSON must be JSON of one reading, the others are text. Path and headers were looked at with the
 * handshake.
 */
export function createInspectMessage(services: GatewayServices): InspectMessage {
  const inspect = createLiveInspection(services);
  // The size is the socket's to limit.
  const reader = createInspector({ limits: { maxBodyBytes: 1 << 20 }, bodyTypes: ['json', 'text'] });
  const end = (context: RequestContext, { verdict, code, where }: Inspected): MessageVerdict =>
    code === null ? pass : { kind: 'refuse', code, where, enforced: verdict === 'block' && context.mode === 'enforce' };
  return async (context, message) => {
    const { app, route } = context;
    if (app === null || route === null) return { kind: 'refuse', code: 'route_undeclared', where: null, enforced: true };
    const contentType = likeJson.test(message.toString('latin1', 0, 80)) ? 'application/json' : 'text/plain; charset=utf-8';
    const read = reader.inspectBody({ contentType, bytes: message });
    const body = read instanceof Promise ? await read : read;
    if ('code' in body) return { kind: 'refuse', code: body.code, where: body.where, enforced: context.mode === 'enforce' };
    const inspected = inspect({
      app: app.id,
      route,
      request: { decodedPath: '/', query: noParameters, headers: noHeaders, body },
      characters: body.bytes.length,
      settled: undefined,
    });
    return end(context, inspected instanceof Promise ? await inspected : inspected);
  };
}
