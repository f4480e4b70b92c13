import type { ScanContext } from '../detector.ts';
import type { Program } from '../parse/ast.ts';
import { markBackOffice } from './backoffice.ts';
import { findEntries, runEntry } from './entries/entries.ts';
import { createMachine, type Machine } from './machine/machine.ts';
import type { Trace } from './machine/trace.ts';
import type { Sources } from './sources.ts';

/** What happened on the way through each entry point of a project. */
export interface Analysis {
  readonly machine: Machine;
  readonly traces: readonly Trace[];
  readonly sources: Sources;
  readonly serverFiles: readonly string[];
}

const scriptFile = /\.(?:[cm]?js|[cm]?ts)$/;
const clientPlaces = new Set(['mini-program', 'web', 'tool']);

/** Scripts and JSON that run on a server, as the engine reads them. */
export function serverSources(context: ScanContext): { sources: Sources; serverFiles: string[] } {
  const files = context.project.files.filter(
    (file) => (scriptFile.test(file.path) && !/\.d\.ts$/.test(file.path)) || file.path.endsWith('.json'),
  );
  const byPath = new Map(files.map((file) => [file.path, file]));
  const programs = new Map<string, Program | undefined>();
  const sources: Sources = {
    files: files.map((file) => file.path),
    has: (path) => byPath.has(path),
    text: (path) => byPath.get(path)?.text ?? '',
    program: (path) => {
      if (programs.has(path)) return programs.get(path);
      const file = byPath.get(path);
      const program = file && !file.marks.has('minified') ? context.scripts(file)[0]?.program : undefined;
      programs.set(path, program);
      return program;
    },
  };
  const serverFiles = files
    .filter(
      (file) =>
        scriptFile.test(file.path) &&
        !clientPlaces.has(file.place) &&
        !file.marks.has('test') &&
        !file.marks.has('minified') &&
        !file.marks.has('generated') &&
        !file.marks.has('vendored'),
    )
    .map((file) => file.path);
  return { sources, serverFiles };
}

const analyses = new WeakMap<ScanContext, Analysis>();

/** Runs every entry point once; shared by the detectors of one scan. */
export function analyse(context: ScanContext): Analysis {
  const known = analyses.get(context);
  if (known) return known;
  const { sources, serverFiles } = serverSources(context);
  const analysis = analyseSources(sources, serverFiles);
  analyses.set(context, analysis);
  return analysis;
}

export function analyseSources(sources: Sources, serverFiles: readonly string[]): Analysis {
  const machine = createMachine(sources, { names: new Map(), parent: undefined, conditional: 0 });
  const traces = findEntries(machine, serverFiles).map((runnable) => runEntry(machine, runnable));
  markBackOffice(traces, sources);
  return { machine, traces, sources, serverFiles };
}
