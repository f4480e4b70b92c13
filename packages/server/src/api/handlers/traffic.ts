import * as contract from '@menshen/contract';
import { parseStage } from '../../audit/events.ts';
import { type Bound, bind } from '../bind.ts';
import { requestInspectionView } from './inspection.ts';
import { namesOfRows } from './names.ts';
import type { HandlerParts } from './parts.ts';

const dayMs = 86_400_000;

type Plain = Readonly<Record<string, unknown>>;
const object = (value: unknown): Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);

export function trafficHandlers(parts: HandlerParts): readonly Bound[] {
  const { queries, directory } = parts;
  const named = namesOfRows(directory);

  return [
    bind(contract.listTraffic, async (call) => {
      const { limit, cursor, ...filter } = call.query;
      const { rows, next } = await queries.traffic(filter, limit, cursor ?? null);
      return { rows: rows.map(named), next };
    }),
    bind(contract.trafficSummary, async (call) => {
      const { buckets, ...filter } = call.query;
      const to = filter.to ?? parts.clock();
      const from = filter.from ?? to - dayMs;
      return await queries.trafficSummary({ ...filter, from, to }, buckets);
    }),
    bind(contract.getRequest, async (call) => {
      const found = await queries.request(call.params.requestId);
      if (found === null) throw new contract.MenshenError('not_found');
      const own = object(object(found.event['unmapped'])['menshen']);
      const seen = (Array.isArray(own['stages']) ? own['stages'] : []).flatMap((stage: unknown) =>
        typeof stage === 'string' ? (parseStage(stage) ?? []) : [],
      );
      // Limits leave a line only when they refuse.
      const passedLimits = seen.some(({ stage, verdict }) => stage === 'authenticate' && verdict !== 'refuse');
      const person = found.row.uid === null ? undefined : directory.snapshot().person(found.row.uid);
      const code = found.row.code;
      return {
        row: named(found.row),
        stages: contract.stageNames.flatMap((name) => {
          const stage = seen.find((candidate) => candidate.stage === name);
          // Few routes have a guard; the others do not speak of it.
          if (stage === undefined && name === 'guard') return [];
          if (stage !== undefined)
            return {
              stage: name,
              verdict: contract.stageVerdict.parse(stage.verdict),
              code: stage.code,
              where: stage.where,
              micros: stage.micros,
            };
          // The record stage is the one that wrote this entry.
          return {
            stage: name,
            verdict: name === 'record' || (name === 'limit' && passedLimits) ? ('pass' as const) : ('skip' as const),
            code: null,
            where: null,
            micros: 0,
          };
        }),
        mode: contract.gatewayMode.catch('enforce').parse(own['mode']),
        session: text(own['session']),
        device: text(own['device']),
        channel: text(own['channel']),
        assurance: number(own['assurance']),
        departments: (person?.departments ?? []).map((id) => directory.snapshot().path(id).join(' / ')),
        policies: (Array.isArray(own['policies']) ? own['policies'] : []).filter(
          (policy): policy is string => typeof policy === 'string',
        ),
        bytesIn: number(own['bytes_in']) ?? 0,
        bytesOut: number(own['bytes_out']) ?? 0,
        backendMicros: number(own['backend_us']),
        explanation:
          code !== null && contract.isErrorCode(code)
            ? { zh: contract.errorText(code, 'zh'), en: contract.errorText(code, 'en') }
            : null,
        inspection: requestInspectionView(own, parts),
        event: found.event,
      };
    }),
  ];
}
