import { createDetection, createInspector, detectors } from '@menshen/inspect';
import { clientHeaders, order } from '../gateway.ts';
import type { Row } from '../measure.ts';
import { adversarial } from './adversarial.ts';
import type { AppSec } from './app-sec.ts';

/** Headers of a mini program's request, as they come in. */
export const headers: readonly string[] = [
  ...['Host', 'gateway.example', 'Content-Type', 'application/json', 'Connection', 'keep-alive'],
  ...Object.entries(clientHeaders).flat(),
];

const rounds = 20_000;
const warmUp = 20_000;

/** Runs something many times and gives the 50th and 99th percentile in microseconds. */
function percentiles(act: () => void): { readonly p50: number; readonly p99: number } {
  for (let at = 0; at < warmUp; at += 1) act();
  const times = new Float64Array(rounds);
  for (let at = 0; at < rounds; at += 1) {
    const began = performance.now();
    act();
    times[at] = (performance.now() - began) * 1_000;
  }
  times.sort();
  const at = (share: number): number => Number((times[Math.floor(rounds * share)] ?? 0).toFixed(1));
  return { p50: at(0.5), p99: at(0.99) };
}

/**
 * Sums that take as long as something of so many microseconds: what their 99th percentile is above their 50th, the machine took (timer interrupts, neighbours).
 */
function sumsOf(micros: number): () => void {
  let value = 1;
  const sums = (count: number) => (): void => {
    for (let at = 0; at < count; at += 1) value = (Math.imul(value, 1_103_515_245) + 12_345) | 0;
  };
  const sample = 1_000;
  return sums(Math.max(1, Math.round((sample * micros) / percentiles(sums(sample)).p50)));
}

/** Inspection alone: parsing strictly and looking for attacks, in this process, against libddwaf on the same parsed request. */
export function inspectionOnly(peer: AppSec | null): readonly Row[] {
  const inspector = createInspector();
  const detection = createDetection({ detectors });
  const bytes = Buffer.from(order);
  const query = 'page=1&size=20&status=paid&sort=time';
  const look = (withBody: boolean) => (): void => {
    const head = inspector.inspectHead({ method: withBody ? 'POST' : 'GET', rawPath: '/api/orders', rawQuery: query, headers });
    if ('code' in head) throw new Error(head.code);
    const body = withBody ? inspector.inspectBody({ contentType: 'application/json', bytes }) : undefined;
    if (body instanceof Promise || (body !== undefined && 'code' in body)) throw new Error('refused');
    const verdict = detection.inspect({
      decodedPath: head.decodedPath,
      query: head.query,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    if (verdict.action === 'block') throw new Error('an honest order is blocked');
  };
  const value: unknown = JSON.parse(order);
  return (['POST', 'GET'] as const).flatMap((method) => {
    const own = percentiles(look(method === 'POST'));
    const machine = percentiles(sumsOf(own.p50));
    const rows: Row[] = [
      { candidate: 'Menshen, inspection only', method, 'p50 us': own.p50, 'p99 us': own.p99 },
      { candidate: 'sums that take as long', method, 'p50 us': machine.p50, 'p99 us': machine.p99 },
    ];
    if (peer !== null) {
      const theirs = percentiles(() => peer.inspect(headers, query, method === 'POST' ? value : undefined));
      rows.push({ candidate: peer.name, method, 'p50 us': theirs.p50, 'p99 us': theirs.p99 });
    }
    return rows;
  });
}

/** V8 compiles for a dozen runs what a text of a new kind reaches; after them, the fastest says what it takes and not what else the machine did. */
const times = 20;

/** How time and steps grow with hostile values of 10,000 and of 100,000 characters: linear is 10. */
export function growth(): readonly Row[] {
  const detection = createDetection({ detectors });
  const inspect = (text: unknown): number => {
    const began = performance.now();
    detection.inspect({
      decodedPath: '/',
      query: {},
      headers: [],
      body: { kind: 'json', mediaType: 'application/json', value: { text }, files: [] },
    });
    return performance.now() - began;
  };
  return Object.entries(adversarial).map(([name, make]) => {
    const fastest = (text: unknown): number => Math.min(...Array.from({ length: times }, () => inspect(text)));
    const small = fastest(make(10_000));
    const large = fastest(make(100_000));
    const steps = detection.steps();
    return {
      candidate: `hostile: ${name}`,
      '10 KB ms': Number(small.toFixed(2)),
      '100 KB ms': Number(large.toFixed(2)),
      growth: Number((large / small).toFixed(1)),
      'million steps': Number((steps / 1_000_000).toFixed(1)),
    };
  });
}
