import * as contract from '@menshen/contract';
import type { AuditQueries } from '../../audit/queries.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import { gatherCleanings } from '../../protect/rich-text/gather.ts';
import { routeKeyOf } from '../../protect/route-protection.ts';
import type { SchemaVersion } from '../../protect/schemas/model.ts';
import { shadowOf } from '../../protect/schemas/refusal-counts.ts';
import type { ProtectService } from '../../protect/service.ts';
import { contentActions } from '../../protect/uploads/compile.ts';
import { type Bound, bind } from '../bind.ts';
import { namesOfRows } from './names.ts';
import type { HandlerParts } from './parts.ts';

export interface ProtectionHandlerParts extends Pick<HandlerParts, 'directory'> {
  readonly protect: ProtectService;
  readonly queries: AuditQueries;
  readonly runtime: () => Runtime;
  readonly clock: () => number;
}

const dayMs = 86_400_000;
const uploadCodes = [
  'upload_type_refused',
  'upload_content_refused',
  'upload_name_refused',
  'upload_infected',
  'upload_not_scanned',
] as const;
const shown = 100;

/** Field types, files and rich text: what is known, what waits for a person, what was refused or taken out. */
export function protectionHandlers({ protect, queries, runtime, directory, clock }: ProtectionHandlerParts): readonly Bound[] {
  const { schemas } = protect;

  const overview = async (): Promise<contract.RouteTypesView[]> => {
    const { versions, counts } = await schemas.overview();
    const live = new Map<string, { proposed?: SchemaVersion; approved?: SchemaVersion }>();
    for (const version of versions) {
      const key = routeKeyOf(version.app, version.route);
      live.set(key, { ...live.get(key), [version.state]: version });
    }
    const countOf = (app: string, route: string, version: number | undefined): number =>
      counts.find((row) => row.app === app && row.route === route && row.version === version)?.count ?? 0;
    return [...runtime().apps.values()].flatMap((app) =>
      app.routes.map(({ match, protection }) => {
        const { learns, declared, key } = protection;
        const { proposed, approved } = live.get(key) ?? {};
        const profile = learns ? schemas.learned({ app: app.id, route: match }) : null;
        const isDeclared = !learns && (declared.body !== null || declared.query !== null || declared.path !== null);
        return {
          app: app.id,
          route: match,
          source: isDeclared
            ? ('declared' as const)
            : learns && approved !== undefined
              ? ('learned' as const)
              : ('none' as const),
          learns,
          observed: profile === null ? null : { requests: profile.requests.n, first: profile.first, last: profile.last },
          inForce: learns ? (approved?.version ?? null) : null,
          proposal: learns ? (proposed?.version ?? null) : null,
          refused: countOf(app.id, match, approved?.version),
          wouldRefuse: countOf(app.id, match, proposed === undefined ? undefined : shadowOf(proposed.version)),
        };
      }),
    );
  };
  /** The route of a call. Throws `not_found` unless it is configured and learns. */
  const known = ({
    app,
    route,
  }: {
    readonly app: string;
    readonly route: string;
  }): { readonly app: string; readonly route: string } => {
    const found = runtime()
      .apps.get(app)
      ?.routes.find(({ match }) => match === route);
    if (found === undefined || !found.protection.learns) throw new contract.MenshenError('not_found');
    return { app, route };
  };

  return [
    bind(contract.listSchemas, async () => ({ routes: await overview() })),
    bind(contract.getSchema, async ({ query }) => {
      const route = (await overview()).find((one) => one.app === query.app && one.route === query.route);
      if (route === undefined) throw new contract.MenshenError('not_found');
      const configured = runtime()
        .apps.get(query.app)
        ?.routes.find(({ match }) => match === query.route)?.protection.declaredSchemas;
      const { versions, drifted, refused, wouldRefuse, checked } = await schemas.knowledge(query);
      const approved = versions.find(({ state }) => state === 'approved');
      const open = versions.find(({ state }) => state === 'proposed');
      const declared = route.source === 'declared' ? (configured ?? null) : null;
      return {
        route,
        current: declared ?? approved?.schemas ?? null,
        proposal:
          open === undefined
            ? null
            : {
                version: open.version,
                schemas: open.schemas,
                fields: [...open.fields],
                requests: open.requests,
                edited: open.by !== null,
                madeAt: open.madeAt,
              },
        ...{ drifted, checked },
        refused: [...refused],
        wouldRefuse: [...wouldRefuse],
        versions: versions.map(({ version, state, requests, madeAt, decidedAt, by, reason }) => ({
          ...{ version, state, requests, madeAt, decidedAt, by, reason },
        })),
      };
    }),
    bind(contract.proposeSchemas, async ({ body }) => {
      await schemas.propose(known(body));
      return {};
    }),
    bind(contract.checkSchemas, async ({ body }) => {
      const problem = schemas.problem(body.schemas);
      return { ok: problem === null, problem };
    }),
    bind(contract.editSchemas, async ({ body, by }) => {
      await schemas.edit(known(body), body.schemas, by);
      return {};
    }),
    bind(contract.approveSchemas, async ({ body, by }) => {
      await schemas.approve(known(body), body.version, by, body.reason);
      return {};
    }),
    bind(contract.rejectSchemas, async ({ body, by }) => {
      await schemas.reject(known(body), body.version, by, body.reason);
      return {};
    }),
    bind(contract.restoreSchemas, async ({ body, by }) => {
      await schemas.restore(known(body), body.version, by, body.reason);
      return {};
    }),
    bind(contract.withdrawSchemas, async ({ body, by }) => {
      await schemas.withdraw(known(body), body.version, by, body.reason);
      return {};
    }),
    bind(contract.getUploads, async () => {
      const config = runtime().config.uploads.scanner;
      const from = clock() - 7 * dayMs;
      const lists = await Promise.all(uploadCodes.map((code) => queries.traffic({ code, from }, shown, null)));
      const answers = await protect.uploads.scannerAnswers();
      return {
        scanner: config === undefined ? null : { kind: config.kind, failure: config.failure, answers: answers === true },
        routes: [...runtime().apps.values()].flatMap((app) =>
          app.routes.flatMap(({ match, protection: { uploads } }) =>
            uploads === null
              ? []
              : [
                  {
                    app: app.id,
                    route: match,
                    types: [...uploads.types].sort(),
                    ...{ maxBytes: uploads.maxBytes, maxFiles: uploads.maxFiles, scan: uploads.scan },
                    stripMetadata: uploads.stripMetadata,
                    mediaCheck: uploads.mediaCheck !== undefined,
                    content: contentActions(runtime().config, uploads.content),
                  },
                ],
          ),
        ),
        refused: lists
          .flatMap(({ rows }) => rows)
          .sort((a, b) => b.time - a.time)
          .slice(0, shown)
          .map(namesOfRows(directory)),
        media: await protect.media.recent(shown),
      };
    }),
    bind(contract.getRichText, async ({ query }) => {
      await protect.flushCleanings();
      const rows = await protect.cleanings.since(Math.floor(clock() / dayMs) * dayMs - (query.days - 1) * dayMs);
      return {
        fields: runtime().config.apps.flatMap((app) =>
          app.routes.flatMap(({ match, richText }) =>
            (richText ?? []).map(({ field, clean }) => ({ app: app.id, route: match, field, clean })),
          ),
        ),
        cleanings: gatherCleanings(rows),
      };
    }),
  ];
}
