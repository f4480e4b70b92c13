import * as contract from '@menshen/contract';
import { bind, type FakeHandler } from './bind.ts';
import { now } from './company.ts';
import type { World } from './world.ts';

const dayMs = 86_400_000;
const today = Math.floor(now / dayMs) * dayMs;

const field = (
  place: Pick<contract.DataFieldView, 'app' | 'route' | 'field' | 'kind' | 'level' | 'state'>,
  more: Partial<contract.DataFieldView> = {},
): contract.DataFieldView => ({
  ...place,
  seenKind: place.kind,
  kinds: [{ kind: place.kind, values: 2_180 }],
  answers: 436,
  values: 2_180,
  shown: place.state === 'clear' ? 436 : 0,
  first: now - 24 * dayMs,
  last: now - 4 * 60_000,
  lastShown: place.state === 'clear' ? now - 4 * 60_000 : null,
  readers: place.state === 'clear' ? 37 : 0,
  correction: null,
  ...more,
});

const people = { app: 'portal', route: 'GET /api/people' };
const fields: readonly contract.DataFieldView[] = [
  field(
    {
      app: 'portal',
      route: 'GET /api/payroll/:month',
      field: 'data.items[].idCard',
      kind: 'identity_card',
      level: 4,
      state: 'clear',
    },
    { readers: 3 },
  ),
  field({
    app: 'portal',
    route: 'GET /api/payroll/:month',
    field: 'data.items[].bankCard',
    kind: 'bank_card',
    level: 4,
    state: 'masked',
  }),
  field(
    { ...people, field: 'data.items[].mobile', kind: 'phone', level: 3, state: 'clear' },
    {
      kinds: [
        { kind: 'phone', values: 2_100 },
        { kind: 'identity_card', values: 80 },
      ],
      correction: {
        kind: null,
        level: null,
        owner: '人力资源部',
        note: '通讯录需要，正在评估',
        notPersonal: false,
        by: 'li.wei',
        at: now - 3 * dayMs,
      },
    },
  ),
  field({
    app: 'coupons',
    route: 'GET /coupons/:campaign/winners',
    field: 'list[].address',
    kind: 'address',
    level: 3,
    state: 'policy',
  }),
  field({ ...people, field: 'data.items[].name', kind: 'name', level: 2, state: 'clear' }),
  field({ ...people, field: 'data.items[].mail', kind: 'mail', level: 2, state: 'clear' }),
  field(
    { app: 'portal', route: 'GET /api/contact', field: 'hotline', kind: 'phone', level: 1, state: 'clear' },
    {
      correction: {
        kind: null,
        level: null,
        owner: '行政部',
        note: '总机',
        notPersonal: true,
        by: 'li.wei',
        at: now - 9 * dayMs,
      },
    },
  ),
];

/** The data inventory of the invented company. */
export function dataHandlers(world: () => World): readonly FakeHandler[] {
  const busy = (): boolean => world().entries.length > 0;
  return [
    bind(contract.listDataFields, () => ({ fields: busy() ? [...fields] : [] })),
    bind(contract.getDataField, ({ query }) => {
      const known = fields.find((one) => one.app === query.app && one.route === query.route && one.field === query.field);
      if (known === undefined) throw new contract.MenshenError('not_found');
      const clear = known.state === 'clear' && known.level > 1;
      const path = known.field.replaceAll('[]', '');
      return {
        field: known,
        days: clear
          ? [0, 1, 2, 3].map((ago) => ({
              day: today - ago * dayMs,
              people: [12, 31, 28, 9][ago] ?? 0,
              top: [
                { tag: `3f9a0${ago}c1d2e4`, count: 88 - ago * 7 },
                { tag: `b07e1${ago}44aa01`, count: 41 },
                { tag: `91c2d${ago}77be30`, count: 12 },
              ],
            }))
          : [],
        proposal: clear
          ? [`- match: ${JSON.stringify(known.route)}`, '  mask:', `    - field: ${path}`, `      as: ${known.kind}`].join('\n')
          : null,
      };
    }),
    bind(contract.correctDataField, () => ({})),
    bind(contract.registerExport, ({ body }) => ({
      id: 'menshen.example/601',
      line: `Menshen export menshen.example/601 | admin | ${new Date(now).toISOString()} | ${body.what} | ${body.rows}`,
    })),
  ];
}
