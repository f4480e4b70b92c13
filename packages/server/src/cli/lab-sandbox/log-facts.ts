import { parseStage } from '../../audit/gateway-event.ts';
import type { AuditQueries } from '../../audit/queries.ts';
import { type LogFact, type LogFacts, memberOf } from '../../train/labs/model.ts';

const mostAlarms = 200;
const switchAction = 'configuration.update';
const alarm = 'rich_text_script';

/** What the sandbox's decision log says: of each request, and where the change of the configuration stands among them. */
export async function readLog(
  queries: Pick<AuditQueries, 'request' | 'list' | 'entry'>,
  requestIds: readonly string[],
): Promise<LogFacts> {
  const ended: Omit<LogFact, 'alarm'>[] = [];
  for (const requestId of requestIds) {
    const found = await queries.request(requestId);
    if (found === null) continue;
    const { row, event } = found;
    ended.push({
      ...{ requestId, index: row.index, outcome: row.outcome, status: row.status, code: row.code },
      stage: refusingStage(event),
    });
  }
  // After the requests: the index goes on meanwhile, and what belongs to a request stands before its end.
  const changes = await queries.list({ kind: 'security', q: switchAction }, mostAlarms, null);
  const changed = changes.rows.filter(({ action }) => action === switchAction).map(({ index }) => index);
  const alarmed = await alarmedRequests(queries);
  const requests = ended.map((one): LogFact => ({ ...one, alarm: alarmed.has(one.requestId) ? alarm : null }));
  // The first change is the protection: nothing else ever changes a sandbox.
  return { switched: changed.length === 0 ? null : Math.min(...changed), requests };
}

/** Requests of which the log says that a script was taken out; where one was only noted, nothing was stopped. */
async function alarmedRequests(queries: Pick<AuditQueries, 'list' | 'entry'>): Promise<ReadonlySet<string>> {
  const { rows } = await queries.list({ kind: 'security', q: `alarm.${alarm}` }, mostAlarms, null);
  const found = new Set<string>();
  for (const { index } of rows) {
    const entry = await queries.entry(index);
    const detail = memberOf(memberOf(memberOf(entry?.event, 'unmapped'), 'menshen'), 'detail');
    const request = memberOf(detail, 'request');
    if (typeof request === 'string' && memberOf(detail, 'way') !== 'in_noted') found.add(request);
  }
  return found;
}

function refusingStage(event: unknown): string | null {
  const stages = memberOf(memberOf(memberOf(event, 'unmapped'), 'menshen'), 'stages');
  if (!Array.isArray(stages)) return null;
  for (const text of stages) {
    const stage = typeof text === 'string' ? parseStage(text) : null;
    if (stage?.verdict === 'refuse') return stage.stage;
  }
  return null;
}
