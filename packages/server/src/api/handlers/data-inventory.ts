import * as contract from '@menshen/contract';
import { entityManagementEvent } from '../../audit/events.ts';
import type { Audit } from '../../audit/service.ts';
import type { Runtime } from '../../gateway/runtime.ts';
import type { DisclosureRules } from '../../protect/disclosure/rules.ts';
import { isMasked, maskLines } from '../../protect/inventory/proposal.ts';
import type { InventoryService } from '../../protect/inventory/service.ts';
import { type Bound, bind } from '../bind.ts';

export interface DataInventoryHandlerParts {
  readonly protect: { readonly inventory: InventoryService };
  readonly audit: Audit;
  readonly runtime: () => Runtime;
  readonly clock: () => number;
}

type Known = Awaited<ReturnType<InventoryService['list']>>[number];

const shownDays = 14;
const states = ['clear', 'policy', 'masked', 'gone'] as const;

/** What personal data leaves by which routes, who reads it; and exports with a watermark. */
export function dataInventoryHandlers({ protect, audit, runtime, clock }: DataInventoryHandlerParts): readonly Bound[] {
  const { inventory } = protect;
  const rulesOf = ({ app, route }: { readonly app: string; readonly route: string }): DisclosureRules | null =>
    runtime()
      .apps.get(app)
      ?.routes.find(({ match }) => match === route)?.disclosure ?? null;
  const stateOf = (known: Known): (typeof states)[number] => {
    const rules = rulesOf(known);
    if (rules === null) return 'gone';
    if (isMasked(known.field, known.seenKind, rules)) return 'masked';
    return known.lastShown === null || known.lastShown < known.last ? 'policy' : 'clear';
  };
  const view = (known: Known): contract.DataFieldView => ({
    ...known,
    kinds: [...known.kinds],
    state: stateOf(known),
    correction: known.correction,
  });

  return [
    bind(contract.listDataFields, async () => {
      const fields = (await inventory.list()).map(view);
      // Most sensitive first, of these what is shown in clear.
      fields.sort((a, b) => b.level - a.level || states.indexOf(a.state) - states.indexOf(b.state) || b.last - a.last);
      return { fields };
    }),
    bind(contract.getDataField, async ({ query }) => {
      const known = (await inventory.list()).find(
        ({ app, route, field }) => app === query.app && route === query.route && field === query.field,
      );
      if (known === undefined) throw new contract.MenshenError('not_found');
      const field = view(known);
      const rules = rulesOf(known);
      const days = await inventory.readers(query, shownDays);
      return {
        field,
        days: days.map(({ day, people, top }) => ({ day, people, top: [...top] })),
        proposal:
          rules === null || field.state === 'masked' || field.level === 1
            ? null
            : maskLines(known.route, known.field, known.kind, rules),
      };
    }),
    bind(contract.correctDataField, async ({ body, by }) => {
      await inventory.correct({ ...body, by });
      return {};
    }),
    bind(contract.registerExport, async ({ body, by }) => {
      const time = clock();
      const { what, subject, rows } = body;
      const index = await audit.record(
        entityManagementEvent({ time, activity: 'read', entity: 'export', by, detail: { what, subject, rows } }),
      );
      // The entry's own place in the log is the mark: who finds the file finds the entry.
      const id = `${runtime().config.audit.origin}/${index}`;
      const parts = [`Menshen export ${id}`, by, new Date(time).toISOString(), `${what} ${subject}`.trim(), String(rows)];
      return { id, line: parts.join(' | ') };
    }),
  ];
}
