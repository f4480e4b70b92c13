import { expect } from 'vitest';
import { MenshenError } from '../error.ts';

/** The error that the promise fails with; it must be one of ours. */
export const errorOf = (promise: Promise<unknown>): Promise<MenshenError> =>
  promise.then(
    () => Promise.reject(new Error('was expected to fail')),
    (error) => {
      expect(error).toBeInstanceOf(MenshenError);
      return error;
    },
  );
