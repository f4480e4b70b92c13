import type { BuiltRuntime } from './build-runtime.ts';

/** The configuration in force, compiled, and the folder that its relative paths start at. One object per node: a reload replaces both. */
export interface Current {
  runtime: BuiltRuntime;
  folder: string;
}
