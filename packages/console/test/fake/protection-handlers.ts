import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const leave = { app: 'portal', route: 'POST /api/leave' };
const inForce: contract.RouteSchemasView = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'from', 'to'],
    properties: {
      kind: { enum: ['annual', 'sick'] },
      from: { type: 'string', format: 'date', maxLength: 16 },
      to: { type: 'string', format: 'date', maxLength: 16 },
      reason: { type: 'string', format: 'text', maxLength: 256 },
    },
  },
  query: null,
  path: null,
};
const proposed: contract.RouteSchemasView = {
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'from', 'to'],
    properties: {
      kind: { enum: ['annual', 'personal', 'sick'] },
      from: { type: 'string', format: 'date', maxLength: 16 },
      to: { type: 'string', format: 'date', maxLength: 16 },
      reason: { type: 'string', format: 'text', maxLength: 256 },
      halfDay: { type: 'boolean' },
      contact: { type: 'string', format: 'cn-mobile', maxLength: 16 },
    },
  },
  query: null,
  path: null,
};

const field = (
  path: string,
  kind: contract.FieldKindName,
  type: string,
  required: boolean,
  seen: number,
  example: string,
): contract.SchemaFieldView => ({ path, kind, type, required, seen, departs: 3 / seen, example });

const fields: readonly contract.SchemaFieldView[] = [
  field('body', 'none', 'object', true, 1_284, '{…}'),
  field('body.contact', 'mobile', 'string', false, 318, '1**********'),
  field('body.from', 'date', 'string', true, 1_284, '20**-**-**'),
  field('body.halfDay', 'none', 'boolean', false, 402, ''),
  field('body.kind', 'enum', 'string', true, 1_284, 'annual | personal | sick'),
  field('body.reason', 'text', 'string', false, 1_201, '字，9 ≤32'),
  field('body.to', 'date', 'string', true, 1_284, '20**-**-**'),
];

const routes: readonly contract.RouteTypesView[] = [
  {
    ...leave,
    source: 'learned',
    learns: true,
    observed: { requests: 1_284, first: now - 9 * dayMs, last: now - 60_000 },
    inForce: 2,
    proposal: 3,
    refused: 41,
    wouldRefuse: 2,
  },
  {
    app: 'portal',
    route: 'PUT /api/me',
    source: 'none',
    learns: true,
    observed: { requests: 64, first: now - dayMs, last: now - hourMs },
    inForce: null,
    proposal: null,
    refused: 0,
    wouldRefuse: 0,
  },
  {
    app: 'portal',
    route: 'POST /api/announcements',
    source: 'declared',
    learns: false,
    observed: null,
    inForce: null,
    proposal: null,
    refused: 0,
    wouldRefuse: 0,
  },
];

const version = (
  number: number,
  state: contract.SchemaVersionView['state'],
  daysAgo: number,
  reason: string | null,
): contract.SchemaVersionView => ({
  version: number,
  state,
  requests: 400 * number,
  madeAt: now - (daysAgo + 0.2) * dayMs,
  decidedAt: reason === null ? null : now - daysAgo * dayMs,
  by: reason === null ? null : 'li.wei',
  reason,
});

/** Field types, files and rich text of the invented company. */
export function protectionHandlers(world: () => World): readonly FakeHandler[] {
  const busy = (): boolean => world().entries.length > 0;
  return [
    bind(contract.listSchemas, () => ({ routes: busy() ? [...routes] : [] })),
    bind(contract.getSchema, ({ query }) => {
      const route = routes.find((one) => one.app === query.app && one.route === query.route);
      if (route === undefined || !busy()) throw new contract.MenshenError('not_found');
      const full = route.proposal !== null;
      return {
        route,
        current: full ? inForce : null,
        proposal: full
          ? { version: 3, schemas: proposed, fields: [...fields], requests: 1_284, edited: false, madeAt: now - 2 * hourMs }
          : null,
        drifted: full,
        refused: full
          ? [
              { place: '/#4', keyword: 'additionalProperties', count: 38 },
              { place: '/kind', keyword: 'enum', count: 3 },
            ]
          : [],
        wouldRefuse: full ? [{ place: '/from', keyword: 'format', count: 2 }] : [],
        checked: full ? 260 : 0,
        versions: full
          ? [
              version(3, 'proposed', 0, null),
              version(2, 'approved', 4, '与接口文档核对过'),
              version(1, 'replaced', 8, '先试行一周'),
            ]
          : [],
      };
    }),
    bind(contract.proposeSchemas, () => ({})),
    bind(contract.checkSchemas, () => ({ ok: true, problem: null })),
    bind(contract.editSchemas, () => ({})),
    bind(contract.approveSchemas, () => ({})),
    bind(contract.rejectSchemas, () => ({})),
    bind(contract.restoreSchemas, () => ({})),
    bind(contract.withdrawSchemas, () => ({})),
    bind(contract.getUploads, () => {
      const rows = world().entries.flatMap(({ traffic }) => (traffic?.outcome === 'refused' ? [traffic] : []));
      const codes = ['upload_infected', 'upload_content_refused', 'upload_type_refused', 'upload_content_refused'];
      return {
        scanner: busy() ? { kind: 'clamd' as const, failure: 'closed' as const, answers: true } : null,
        routes: busy()
          ? [
              {
                app: 'portal',
                route: 'POST /api/files',
                types: ['docx', 'jpeg', 'pdf', 'png'],
                maxBytes: 10_485_760,
                maxFiles: 5,
                scan: true,
                stripMetadata: true,
                mediaCheck: true,
                content: { formula: 'refuse' as const, program: 'note' as const },
              },
            ]
          : [],
        refused: rows.slice(0, 4).map((row, at) => ({
          ...row,
          method: 'POST',
          path: '/portal/api/files',
          route: 'POST /api/files',
          code: codes[at] ?? null,
        })),
        media: busy()
          ? (['pass', 'risky', 'waiting'] as const).map((state, at) => ({
              traceId: `trace-${at}`,
              app: 'portal',
              route: 'POST /api/files',
              requestId: rows[at]?.requestId ?? 'A'.repeat(16),
              uid: null,
              kind: at === 2 ? ('audio' as const) : ('image' as const),
              state,
              label: state === 'waiting' ? null : state === 'pass' ? 100 : 20_002,
              askedAt: now - (at + 1) * hourMs,
              settledAt: state === 'waiting' ? null : now - at * hourMs,
            }))
          : [],
      };
    }),
    bind(contract.getRichText, () => {
      const requestId =
        world().entries.find(({ traffic }) => traffic !== undefined && traffic !== null)?.traffic?.requestId ?? 'A'.repeat(16);
      const common = { app: 'portal', field: 'html', requestId };
      return {
        fields: busy() ? [{ app: 'portal', route: 'POST /api/announcements', field: 'html', clean: 'both' as const }] : [],
        cleanings: busy()
          ? [
              {
                ...common,
                route: 'POST /api/announcements',
                way: 'in' as const,
                texts: 14,
                harmful: 3,
                removed: [
                  { what: 'attributes', count: 26 },
                  { what: 'styles', count: 9 },
                  { what: 'script', count: 2 },
                  { what: 'handlers', count: 2 },
                ],
                last: now - 2 * hourMs,
              },
              {
                ...common,
                route: 'GET /api/announcements/:id',
                way: 'out' as const,
                texts: 5,
                harmful: 5,
                removed: [{ what: 'svg', count: 5 }],
                last: now - 5 * hourMs,
              },
            ]
          : [],
      };
    }),
  ];
}
