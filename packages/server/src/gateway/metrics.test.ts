import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.ts';

const sample =
  /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*"(,[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*")*\})? [0-9.eE+-]+$/;
const bucket = (text: string, bound: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`menshen_request_duration_seconds_bucket{le="${bound}"}`))
      ?.split(' ')[1],
  );

describe('the Prometheus text format', () => {
  const metrics = new Metrics();
  metrics.describe('menshen_requests_total', 'counter', 'Requests.');
  metrics.add('menshen_requests_total', 'app="b",outcome="passed"');
  metrics.add('menshen_requests_total', 'app="a",outcome="passed"', 2);
  metrics.add('menshen_requests_total', 'app="b",outcome="passed"');
  metrics.add('menshen_faults_total');
  let sessions = 3;
  metrics.gauge('menshen_sessions', 'Sessions.', () => sessions);
  metrics.observeLatency(0.004);

  it('is made of comments and samples, each line ended', () => {
    const text = metrics.render();
    expect(text.endsWith('\n')).toBe(true);
    for (const line of text.slice(0, -1).split('\n'))
      expect(line).toMatch(line.startsWith('#') ? /^# (HELP|TYPE) [a-z_]+ \S/ : sample);
  });
  it('says help and type once, before the samples', () => {
    expect(
      metrics
        .render()
        .split('\n')
        .filter((line) => line.includes('menshen_requests_total')),
    ).toEqual([
      '# HELP menshen_requests_total Requests.',
      '# TYPE menshen_requests_total counter',
      'menshen_requests_total{app="a",outcome="passed"} 2',
      'menshen_requests_total{app="b",outcome="passed"} 2',
    ]);
  });
  it('reads a gauge when it is asked', () => {
    sessions = 7;
    expect(metrics.render()).toContain('# TYPE menshen_sessions gauge\nmenshen_sessions 7\n');
  });
  it('gives a counter back', () => {
    expect(metrics.value('menshen_requests_total', 'app="a",outcome="passed"')).toBe(2);
    expect(metrics.value('menshen_faults_total')).toBe(1);
    expect(metrics.value('menshen_nothing_total')).toBe(0);
  });
});

it('the lines of one metric stand together, also when the name of another begins like it', () => {
  const metrics = new Metrics();
  for (const name of ['logins', 'logins_late']) metrics.describe(name, 'counter', 'Help.');
  metrics.add('logins');
  metrics.add('logins', 'outcome="refused"');
  metrics.add('logins_late');
  const names = metrics
    .render()
    .split('\n')
    .filter((line) => /^logins/.test(line))
    .map((line) => line.split(/[{ ]/)[0]);
  expect(names).toEqual(['logins', 'logins', 'logins_late']);
});

describe('the histogram', () => {
  it('is empty at first', () => {
    const text = new Metrics().render();
    expect(bucket(text, '+Inf')).toBe(0);
    expect(text).toContain('menshen_request_duration_seconds_sum 0\nmenshen_request_duration_seconds_count 0\n');
  });
  it('counts each time in every bucket that holds it, a bound in its own', () => {
    const metrics = new Metrics();
    for (const seconds of [0, 0.001, 0.0011, 0.5, 10, 11]) metrics.observeLatency(seconds);
    const text = metrics.render();
    expect(['0.001', '0.0025', '0.25', '0.5', '5', '10', '+Inf'].map((bound) => bucket(text, bound))).toEqual([
      2, 3, 3, 4, 4, 5, 6,
    ]);
    expect(text).toContain('menshen_request_duration_seconds_count 6\n');
    expect(Number(/_sum (\S+)/.exec(text)?.[1])).toBeCloseTo(21.5021, 9);
  });
});
