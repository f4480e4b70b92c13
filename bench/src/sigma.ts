import { MemoryCorrelationState, parseSigma, RuleMatcher, SigmaEngine, type SigmaEvent, type SigmaRule } from '@menshen/sigma';
import { naiveMatcher } from '@menshen/sigma/testing/naive';
import { median, type Row } from './measure.ts';
import { collectionRules, webEvents, webRules } from './sigma/world.ts';

const eventCount = 2_000;
const rounds = 11;
/** Of processor time, so that other work on the machine counts less. */
const roundMs = 250;

interface Subject {
  readonly candidate: string;
  readonly rules: number;
  readonly note: string;
  readonly match: (event: SigmaEvent) => unknown;
  readonly rates: number[];
  at: number;
}

const subject = (candidate: string, rules: number, note: string, match: (event: SigmaEvent) => unknown): Subject => ({
  candidate,
  rules,
  note,
  match,
  rates: [],
  at: 0,
});

/** Events a second of processor time of this thread. */
function round(one: Subject, events: readonly SigmaEvent[]): number {
  const before = process.threadCpuUsage();
  let done = 0;
  let spent = 0;
  while (spent < roundMs * 1_000) {
    for (let nth = 0; nth < 20; nth += 1) one.match(events[(one.at + nth) % events.length] as SigmaEvent);
    one.at += 20;
    done += 20;
    const { user, system } = process.threadCpuUsage(before);
    spent = user + system;
  }
  return done / (spent / 1e6);
}

/** Candidates that answer otherwise do other work. */
function checkAgreement(rules: readonly SigmaRule[], events: readonly SigmaEvent[]): number {
  const matcher = new RuleMatcher(rules.map((rule) => ({ rule })));
  const naive = naiveMatcher(rules);
  let matches = 0;
  for (const event of events.slice(0, 400)) {
    const found = matcher.match(event);
    matches += found.length;
    if (JSON.stringify(found) !== JSON.stringify(naive(event))) throw new Error('the candidates disagree');
  }
  return matches;
}

const correlations = `
title: refused
name: refused
detection: {s: {sc-status: 403}, condition: s}
---
title: burst
correlation: {type: event_count, rules: [refused], group-by: [c-ip], timespan: 5m, condition: {gte: 5}}
---
title: spread
correlation: {type: value_count, rules: [refused], group-by: [cs-host], timespan: 5m, condition: {field: c-ip, gte: 5000}}
`;

/**
 * Web rules over web events: the index of literals against an evaluator that takes one rule after the other. There is no Sigma matcher on npm to measure
 * against (packages of that name draw graphs), so that the peer is what one would write first. `MENSHEN_SIGMA_RULES=FOLDER` adds a collection on this
 * machine: its web, proxy and application rules, and all of it.
 */
export async function run(): Promise<readonly Row[]> {
  const rules = webRules(200);
  const events = webEvents(eventCount);
  const matches = checkAgreement(rules, events);
  const indexed = new RuleMatcher(rules.map((rule) => ({ rule })));
  const many = webRules(3_780);
  const indexedMany = new RuleMatcher(many.map((rule) => ({ rule })));
  const documents = [...rules, ...parseSigma(correlations).flatMap(({ document }) => document ?? [])];
  const engine = new SigmaEngine(documents, { state: new MemoryCorrelationState() });
  let clock = 0;
  const subjects = [
    subject('menshen', 200, `${matches} matches in 400 events, like the peer`, (event) => indexed.match(event)),
    subject('one after the other', 200, 'baseline of our own: npm has no Sigma matcher', naiveMatcher(rules)),
    subject('menshen with correlations', 200, 'two correlations, windows of 5 minutes in memory', (event) => {
      clock += 1;
      return engine.process(event, { id: String(clock), time: clock });
    }),
    subject('menshen', 3_780, `${indexedMany.unindexed} of them not indexed`, (event) => indexedMany.match(event)),
  ];
  const folder = process.env['MENSHEN_SIGMA_RULES'];
  if (folder !== undefined) {
    const web = collectionRules(folder, ({ logSource }) =>
      ['webserver', 'proxy', 'application'].includes(logSource.category ?? ''),
    );
    const all = collectionRules(folder, () => true);
    for (const list of [web, all]) {
      const matcher = new RuleMatcher(list.map((rule) => ({ rule })));
      subjects.push(
        subject('menshen', list.length - matcher.problems.size, 'collection on this machine', (event) => matcher.match(event)),
      );
    }
  }
  for (const one of subjects) round(one, events);
  for (let nth = 0; nth < rounds; nth += 1) for (const one of subjects) one.rates.push(round(one, events));
  return subjects.map(({ candidate, rules: count, note, rates }) => {
    const rate = median(rates);
    return { candidate, rules: count, 'events/s per core': Math.round(rate), 'us/event': (1e6 / rate).toFixed(1), note };
  });
}
