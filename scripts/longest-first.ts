import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Parts of the paths of tests that take long: with two workers, one that starts late would run alone at the end. */
const long = [
  'browser/every-page',
  'store/sqlite/durability',
  'gateway/guard.security',
  'cluster.security',
  'differential',
  'browser/',
];

/** Runs the tests that are known to take long before all others. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const index = long.findIndex((part) => moduleId.includes(part));
      return index < 0 ? long.length : index;
    };
    const sorted = await super.sort(files);
    return sorted.sort((one, other) => place(one) - place(other));
  }
}
