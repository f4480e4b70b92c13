import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Parts of the paths of tests that take long: with two workers, one that starts late would run alone at the end. */
const long = [
  'browser/every-page',
  'recover/ship/destroyed',
  'src/cluster.security',
  'gateway/guard.security',
  'store/sqlite/durability',
  'differential',
  'browser/dialogs',
  'publish/publish',
  'labs/labs.security',
  'cli/serve',
  'detect/live.security',
  'browser',
];
/** Its environment is not that of the others: a worker that has run it is replaced by one that has loaded nothing yet. */
const last = 'miniprogram/test/simulate';

/** Runs the tests that are known to take long before all others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      if (moduleId.includes(last)) return long.length + 1;
      const index = long.findIndex((part) => moduleId.includes(part));
      return index < 0 ? long.length : index;
    };
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => place(one) - place(other));
  }
}
