import { createHash } from 'node:crypto';
import { type AuditRow, MenshenError } from '@menshen/contract';
import type { AuditQueries } from '../../../audit/queries.ts';
import type { Incidents } from '../../incidents/incidents.ts';
import { type Action, StepError } from '../ports.ts';
import { neededText, numberOf, textOf } from './filled.ts';

const hourMs = 3_600_000;
const defaultHours = 24;
const mostHours = 24 * 30;
const mostEntries = 2_000;
const pageSize = 200;

/**
 * Collects what the audit log knows of a person or an address and puts it into an incident as a sealed file: a line for each entry, with the index by which
 * anybody can prove it. The span ends at the start of the run, so that collecting again gives the same file.
 */
export function evidenceAction(
  queries: () => Pick<AuditQueries, 'list'>,
  files: Pick<Incidents['evidence'], 'add'>,
  startOf: (run: string) => Promise<number>,
): Action {
  const collect = async (filter: Parameters<AuditQueries['list']>[0]): Promise<AuditRow[]> => {
    const rows: AuditRow[] = [];
    for (let cursor: string | null = null; rows.length < mostEntries; ) {
      const page = await queries().list(filter, pageSize, cursor);
      rows.push(...page.rows);
      if (page.next === null) break;
      cursor = page.next;
    }
    return rows.slice(0, mostEntries);
  };

  return {
    async perform(filled, context) {
      const incident = neededText(filled, 'incident');
      const [uid, address] = [textOf(filled, 'person'), textOf(filled, 'address')];
      if (uid === undefined && address === undefined) throw new StepError('parameter_missing person|address', false);
      const to = await startOf(context.run);
      const hours = Math.min(mostHours, Math.max(1, numberOf(filled, 'hours') ?? defaultHours));
      const rows = await collect({
        ...{ kind: 'all' as const, from: to - hours * hourMs, to },
        ...(uid === undefined ? { address } : { uid }),
      });
      if (rows.length === 0) return { outputs: { entries: 0, sha256: '' } };
      const content = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      const sha256 = createHash('sha256').update(content).digest('hex');
      const name = `audit-${new Date(to).toISOString().slice(0, 10)}-${context.run.slice(-6)}.jsonl`;
      const note = `${context.playbookName.zh} / ${context.playbookName.en}`;
      try {
        await files.add(incident, { name, note, content }, context.by.username);
      } catch (error) {
        // It was put in before the node died.
        if (!(error instanceof MenshenError) || error.code !== 'evidence_known') throw error;
      }
      return { outputs: { entries: rows.length, sha256 } };
    },
    preview: async () => ({ stops: null, approval: false }),
    simulated: { entries: 0, sha256: '' },
  };
}
