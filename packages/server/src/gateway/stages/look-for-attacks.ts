import type { Body, SettledFields } from '@menshen/inspect';
import { createLiveInspection } from '../../inspection/live.ts';
import type { Inspected } from '../../inspection/model.ts';
import type { RequestContext } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import type { GatewayServices } from '../services.ts';

export type LookForAttacks = (
  context: RequestContext,
  body: Body | null,
  settled?: SettledFields,
) => Promise<Refusal | undefined> | Refusal | undefined;

/**
 * Looks for attacks in a request that has exactly one reading: path, query, headers, cookies and the texts of the body. Refuses with `request_blocked`,
 * softly where the route only watches; what it found stays in the context for the record.
 */
export function createLookForAttacks(services: GatewayServices): LookForAttacks {
  const inspect = createLiveInspection(services);
  const end = (context: RequestContext, inspected: Inspected): Refusal | undefined => {
    context.inspected = inspected;
    if (inspected.code === null) return undefined;
    const refusal = refuse(inspected.code, inspected.where);
    return inspected.verdict === 'note' ? { ...refusal, soft: true } : refusal;
  };
  return (context, body, settled) => {
    const { app, route, path } = context;
    if (app === null || route === null) return refuse('route_undeclared');
    const decodedPath = path.includes('%') ? decodeURIComponent(path) : path;
    const query = context.parsedQuery ?? noParameters;
    const { rawHeaders: headers, memo } = context.request;
    const inspected = inspect({
      app: app.id,
      route,
      request: body === null ? { decodedPath, query, headers, memo } : { decodedPath, query, headers, memo, body },
      characters: body === null ? 0 : textBytes(body),
      settled,
    });
    return inspected instanceof Promise ? inspected.then((done) => end(context, done)) : end(context, inspected);
  };
}

const noParameters = Object.freeze(Object.create(null));

/** Bytes that are read as text: files are not. */
function textBytes({ kind, bytes, files }: Body): number {
  return kind === 'binary' ? 0 : files.reduce((rest, { size }) => rest - size, bytes.length);
}
