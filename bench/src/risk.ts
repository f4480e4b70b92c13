import { assess, methods, scaleFacts, scaleThreats } from '@menshen/server/testing/risk-scale';
import { load, median, type Row } from './measure.ts';

const company = { assets: 1_000, weaknesses: 5_000 };
const threatCount = 200;
const rounds = 7;

/**
 * One assessment of a large company: 1,000 assets × 200 threats with 5,000 findings, every risk with its inputs, controls and evidence. There is no peer to
 * measure beside: what computes such assessments is sold with its own data. The two methods run in turn, and both processor and wall time are given.
 */
export async function run(): Promise<readonly Row[]> {
  const facts = scaleFacts(company);
  const threats = scaleThreats(threatCount);
  const names = ['root-product', 'matrix'] as const;
  const spent = new Map(names.map((name) => [name, { cpu: [] as number[], wall: [] as number[], risks: 0 }]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) {
      const before = process.threadCpuUsage();
      const began = performance.now();
      const { risks } = assess(facts, threats, methods[name]);
      const wall = performance.now() - began;
      const { user, system } = process.threadCpuUsage(before);
      const own = spent.get(name);
      if (own === undefined) continue;
      own.risks = risks.length;
      // The first round of each compiles.
      if (round > 0) {
        own.cpu.push((user + system) / 1e6);
        own.wall.push(wall / 1e3);
      }
    }
  return names.map((name) => {
    const own = spent.get(name);
    return {
      candidate: name,
      risks: own?.risks ?? 0,
      'cpu s': median(own?.cpu ?? []).toFixed(2),
      'wall s': median(own?.wall ?? []).toFixed(2),
      load: load(),
    };
  });
}
