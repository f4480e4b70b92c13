import type { Config } from '@menshen/contract';
import { createHandlers } from '../api/handlers/index.ts';
import { namesOfRows } from '../api/handlers/names.ts';
import type { HandlerParts } from '../api/handlers/parts.ts';
import { type Api, startApi } from '../api/server.ts';
import type { EventStream } from '../api/stream.ts';
import { registerScim } from '../directory/scim/routes.ts';
import { createScimService } from '../directory/scim/service.ts';
import type { ScimStore } from '../directory/scim/store.ts';
import type { Closers } from './closers.ts';
import type { Current } from './current.ts';
import type { Foundation } from './foundation.ts';
import type { Sealing } from './sealing.ts';
import { splitListen } from './split-listen.ts';

/** What the control plane serves beside the handlers. */
export interface ConsoleRooms {
  readonly parts: HandlerParts;
  readonly sealing: Sealing;
  readonly scim: ScimStore;
  readonly stream: EventStream;
  /** File of the last witnessed checkpoint; null where there are no witnesses. */
  readonly witnessed: string | null;
  /** Folder of the built console; null where none is served. */
  readonly folder: string | null;
}

/** Opens the control plane: the console and its API, SCIM, the log's tiles, and what happens as it happens. */
export async function openConsole(
  foundation: Foundation,
  current: Current,
  config: Config,
  closers: Closers,
  { parts, sealing, scim, stream, witnessed, folder }: ConsoleRooms,
): Promise<Api> {
  const { audit, tlogFolder, coordination, metrics, clock, random } = foundation;
  const { administrators, directory, guard, queries, dependencies, version } = parts;
  const scimService = createScimService({
    store: scim,
    changes: directory.changes,
    ...{ audit, clock, random },
    settings: () => current.runtime.config.directory.scim,
  });
  const api = await startApi({
    ...splitListen(config.console.listen),
    secure: config.console.publicUrl?.startsWith('https:') ?? false,
    bound: [...createHandlers(parts), ...sealing.handlers],
    ...{ version, administrators, audit, coordination, metrics, clock, random, stream },
    allowAddresses: () => current.runtime.config.console.allowAddresses,
    trustedProxies: config.console.trustedProxies,
    consoleFolder: folder,
    more: (app) =>
      registerScim(app, {
        service: scimService,
        enabled: () => current.runtime.config.directory.scim.enabled,
        authorize: (authorization, address, scope) => administrators.tokens.authorize(authorization, address, scope),
        publicUrl: () => current.runtime.config.console.publicUrl ?? null,
      }),
    tlog: { folder: tlogFolder, publicTiles: config.audit.publicTiles, witnessed },
    ready: async () => {
      const all = await dependencies();
      return { ready: all.every((dependency) => dependency.state !== 'down'), dependencies: all };
    },
  });
  closers.add(() => api.close());
  const named = namesOfRows(directory);
  guard.onNews((news) => stream.send('guard', news));
  closers.add(
    queries.follow(
      () => stream.listeners > 0,
      (rows) => {
        for (const row of rows) stream.send('traffic', named(row));
      },
      (size) => stream.send('audit', { size }),
    ),
  );
  return api;
}
