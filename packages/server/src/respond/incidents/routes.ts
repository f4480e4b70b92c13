import * as contract from '@menshen/contract';
import { type Bound, bind } from '../../api/bind.ts';
import type { Incidents } from './incidents.ts';

const monthMs = 31 * 86_400_000;
/** Open incidents that are looked at for the order of the list. */
const maxOpen = 1_000;

/** Incidents for people, and the ear for other systems. */
export function incidentHandlers(incidents: Incidents): readonly Bound[] {
  const { service, room, intake, clock } = incidents;
  /** Closed incidents of which the law still wants something. */
  const owed = async ({ severity, owner }: { readonly severity?: string | undefined; readonly owner?: string | undefined }) =>
    (await room.summaries(await service.lately())).filter(
      (one) =>
        one.duty?.certain === true &&
        (severity === undefined || one.severity === severity) &&
        (owner === undefined || one.owner === owner),
    );
  const after = async (id: string) => await room.summary(id);
  return [
    bind(contract.listIncidents, async ({ query: { limit, cursor, ...filter } }) => {
      const offset = cursor === undefined ? 0 : Number(cursor);
      if (!Number.isSafeInteger(offset) || offset < 0 || offset > 100_000)
        throw new contract.MenshenError('validation_failed', { fields: ['cursor'] });
      // What is urgent among all that is open, not only among the heaviest.
      const open = filter.show === 'open';
      const found = await service.list(filter, open ? maxOpen : limit + 1, open ? 0 : offset);
      const shown = open
        ? [...(await room.summaries(found.incidents)), ...(await owed(filter))].sort(byUrgency).slice(offset, offset + limit)
        : await room.summaries(found.incidents.slice(0, limit));
      const more = open ? found.incidents.length > offset + limit : found.incidents.length > limit;
      return {
        ...{ incidents: shown, next: more ? String(offset + limit) : null },
        ...{ open: found.open, all: found.all, now: clock() },
      };
    }),
    bind(contract.getIncident, async ({ params }) => await room.detail(params.id)),
    bind(contract.proveIncident, async ({ params }) => await room.prove(params.id)),
    bind(contract.incidentFigures, async ({ query }) => ({ months: await incidents.figures(clock() - query.months * monthMs) })),
    bind(contract.reportIncident, async ({ body, by }) => await intake.reported(body, by)),
    bind(contract.openFromAlert, async ({ body, by }) => await intake.fromAlert(body.alert, by)),
    bind(contract.callIncident, async ({ body, token, by }) => {
      if (token === null) throw new contract.MenshenError('token_scope');
      return await intake.called(body, token.id, by);
    }),
    bind(contract.advanceIncident, async ({ params, body, by }) => {
      await service.advance(params.id, body, by);
      return await after(params.id);
    }),
    bind(contract.setIncidentClock, async ({ params, body, by }) => {
      await service.setClock(params.id, params.clock, { ...body, by, insist: true });
      return await after(params.id);
    }),
    bind(contract.mergeIncident, async ({ params, body, by }) => {
      await service.mergeInto(params.id, body.into, body.reason, by);
      return await after(params.id);
    }),
    bind(contract.addEvidence, async ({ params, body, by }) => {
      const content = Buffer.from(body.content, 'base64');
      const { incident: _, ...file } = await incidents.evidence.add(params.id, { ...body, content }, by);
      return file;
    }),
    bind(contract.fetchEvidence, async ({ params, by }) => {
      const { file, content } = await incidents.evidence.take(params.id, params.file, by);
      const { name, type, sha256 } = file;
      return { name, type, sha256, content: Buffer.from(content).toString('base64') };
    }),
    bind(contract.getRecoveryChecklist, async ({ params }) => await incidents.recovery.of(params.id)),
    bind(
      contract.fillRecoveryBox,
      async ({ params, body, by }) => await incidents.recovery.fill(params.id, params.box, body, by),
    ),
    bind(contract.listDuties, async () => incidents.dutyBook()),
    bind(contract.judgeIncident, async ({ params, body, by }) =>
      room.judgementView(await incidents.duties.judge(params.id, body.facts, body.reason, by)),
    ),
    bind(contract.recordDuty, async ({ params, body, by }) => {
      await incidents.duties.record(params.id, params.rule, body, by);
      return { ok: true as const };
    }),
    bind(contract.saveIncidentPaper, async ({ params, body, by }) => ({
      version: await incidents.papers.save(params.id, body.paper, body.version, by),
    })),
    bind(contract.addIncidentAction, async ({ params, body, by }) =>
      room.actionView(await incidents.papers.addAction(params.id, body, by)),
    ),
    bind(contract.finishIncidentAction, async ({ params, body, by }) => {
      await incidents.papers.finish(params.id, params.action, body.note, by);
      return { ok: true as const };
    }),
    bind(contract.makeIncidentReport, async ({ params, body, by }) => {
      const { content, empty, ...made } = await incidents.reports.make(params.id, body.kind, body.format, by);
      return { ...made, empty: [...empty], content: Buffer.from(content).toString('base64') };
    }),
  ];
}

type Summary = contract.IncidentSummary;

/** Legal deadlines that run or are over, then what the company's own targets say is late, then the weight. Within each the one that ends first. */
function byUrgency(one: Summary, other: Summary): number {
  const weight = ({ duty, sla, severity }: Summary): number => {
    if (duty?.overdue === true && duty.certain) return 0;
    if (duty?.due != null && duty.certain) return 1;
    if (sla?.overdue === true) return 2;
    return { critical: 3, high: 4, medium: 5, low: 6 }[severity];
  };
  const end = ({ duty, sla, opened }: Summary): number => (duty?.certain === true ? duty.due : null) ?? sla?.due ?? opened;
  return weight(one) - weight(other) || end(one) - end(other);
}
