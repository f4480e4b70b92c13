import { isUtf8 } from 'node:buffer';
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

export type InspectMessage = (
  context: RequestContext,
  message: Buffer,
  binary: boolean,
) => MessageVerdict | Promise<MessageVerdict>;

const pass: MessageVerdict = { kind: 'pass' };
const noParameters = Object.freeze(Object.create(null));
const noHeaders: readonly string[] = [];
/** `{` and `[`, after what JSON takes for space. */
const likeJson = /^[ \t\r\n]{0,64}[{[]/;
const controls = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]/g;

/**
 * Inspects the messages of a socket as bodies: those that begin like JSON must be JSON of one reading, the others are text. Path and headers were looked at with
 * the handshake. Backends read JSON and text alike from both kinds of frames, so what a binary frame holds of text is looked at too: where it is UTF-8 or begins
 * like JSON. What is in no such form is the route's own affair, and is not refused for it.
 */
export function createInspectMessage(services: GatewayServices): InspectMessage {
  const inspect = createLiveInspection(services);
  // The size is the socket's to limit.
  const reader = createInspector({ limits: { maxBodyBytes: 1 << 20 }, bodyTypes: ['json', 'text'] });
  const end = (context: RequestContext, { verdict, code, where }: Inspected): MessageVerdict =>
    code === null ? pass : { kind: 'refuse', code, where, enforced: verdict === 'block' && context.mode === 'enforce' };
  const read = (bytes: Buffer, form: keyof typeof contentTypes) => reader.inspectBody({ contentType: contentTypes[form], bytes });
  return async (context, message, binary) => {
    const { app, route } = context;
    if (app === null || route === null) return { kind: 'refuse', code: 'route_undeclared', where: null, enforced: true };
    const form = likeJson.test(message.toString('latin1', 0, 80)) ? 'json' : 'text';
    if (binary && form === 'text' && !isUtf8(message)) return pass;
    let body = await read(message, form);
    if (binary && 'code' in body && loose.has(body.code)) {
      // As a lenient reader takes it.
      const legible = Buffer.from(message.toString('utf8').replace(controls, ' '));
      body = await read(legible, form);
      if ('code' in body && loose.has(body.code)) body = await read(legible, 'text');
      if ('code' in body && loose.has(body.code)) return pass;
    }
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

const contentTypes = { json: 'application/json', text: 'text/plain; charset=utf-8' } as const;
/** That a message is no text of the form that it seems to have: in a binary frame that is no fault. */
const loose: ReadonlySet<string> = new Set(['body_malformed', 'body_not_utf8', 'body_too_large']);
