import { writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/** Errors outside of any test: they make a run red, and no report of tests and files names them. */
export default class UnhandledErrors implements Reporter {
  onTestRunEnd(_modules: unknown, errors: readonly { readonly message: string }[]): void {
    const file = process.env['MENSHEN_UNHANDLED_ERRORS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(errors.map(({ message }) => message)));
  }
}
