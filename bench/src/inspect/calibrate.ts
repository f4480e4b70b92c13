import { parseArgs } from 'node:util';
import { blockAt, createDetection, detectors, readRawRequest } from '@menshen/inspect';
import { type LabelledRequest, readCorpus } from './corpus.ts';
import { type Example, fitWeights, isRefused } from './fit.ts';

// Shows how the shipped weights do on a folder of labelled requests, which other weights would fit it better, and whether these also fit
// lists that they were not fitted on:  node bench/src/inspect/calibrate.ts FOLDER [--skip SOURCE,...]
// Weights are shipped as numbers beside each feature; this tool prints, a person decides.

const { positionals, values } = parseArgs({ allowPositionals: true, options: { skip: { type: 'string' } } });
const folder = positionals[0];
if (folder === undefined) {
  process.stderr.write('usage: calibrate.ts FOLDER [--skip SOURCE,...]\n');
  process.exit(2);
}
const skipped = new Set(values.skip?.split(','));
const names = detectors.flatMap((detector) => Object.keys(detector.features));
const prior = detectors.flatMap((detector) => Object.values(detector.features).map((facts) => facts.weight));
const index = new Map(names.map((name, at) => [name, at]));
const detection = createDetection({ detectors });
const benignCost = 20;

interface Row extends Example {
  readonly from: LabelledRequest;
}

const rows: Row[] = [];
for (const from of readCorpus(folder)) {
  if (skipped.has(from.source)) continue;
  const groups = new Map<string, number[]>();
  for (const { class: kind, rule } of readRawRequest(from.request, detection).findings) {
    const feature = index.get(rule);
    if (feature === undefined) continue;
    const group = groups.get(kind) ?? [];
    group.push(feature);
    groups.set(kind, group);
  }
  rows.push({ attack: from.attack, groups: [...groups.values()], from });
}

const fit = (examples: readonly Row[]) => fitWeights(examples, { prior, threshold: blockAt, benignCost });
const share = (some: readonly Row[], weights: readonly number[]) =>
  `${((100 * some.filter((row) => isRefused(row, weights, blockAt)).length) / Math.max(1, some.length)).toFixed(2)} % of ${some.length}`;
const report = (title: string, some: readonly Row[], weights: readonly number[]) =>
  process.stdout.write(
    `${title.padEnd(44)} attacks ${share(
      some.filter((row) => row.attack),
      weights,
    ).padEnd(18)} honest ${share(
      some.filter((row) => !row.attack),
      weights,
    )}\n`,
  );

report('shipped weights, all', rows, prior);
const fitted = fit(rows);
report('fitted on all, on all', rows, fitted);
const honest = rows.filter((row) => !row.attack);
for (const source of new Set(rows.filter((row) => row.attack).map((row) => row.from.source))) {
  // Honest requests are few: every second one is held out with the list.
  const held = [...rows.filter((row) => row.attack && row.from.source === source), ...honest.filter((_, at) => at % 2 === 0)];
  const kept = [...rows.filter((row) => row.attack && row.from.source !== source), ...honest.filter((_, at) => at % 2 === 1)];
  report(`shipped weights, on ${source}`, held, prior);
  report(`fitted without ${source}, on it`, held, fit(kept));
}
process.stdout.write('\nfeatures whose fitted weight differs by more than 0.3\n');
fitted.forEach((weight, at) => {
  const shipped = prior[at] ?? 0;
  if (Math.abs(weight - shipped) > 0.3)
    process.stdout.write(`${(names[at] ?? '').padEnd(32)} ${shipped.toFixed(1)} -> ${weight.toFixed(1)}\n`);
});
