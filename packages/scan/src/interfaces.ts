import { analyse } from './authz/analysis.ts';
import type { ProjectFiles } from './project/files.ts';
import type { ScanLimits } from './project/limits.ts';
import { scanProject } from './scan.ts';

/** An HTTP interface that the source of a backend defines. */
export interface SourceInterface {
  /** Upper case; `ANY` where the code takes every method. */
  readonly method: string;
  /** As the code writes it: `/orders/:id`. */
  readonly path: string;
  readonly framework: string;
  readonly file: string;
  /** Whether it belongs to a back office, by its name or place. */
  readonly admin: boolean;
}

/** The HTTP interfaces of a backend, by loading the modules that define them; for tools that call them. */
export function listInterfaces(files: ProjectFiles, limits: Partial<ScanLimits> = {}): readonly SourceInterface[] {
  const found = new Map<string, SourceInterface>();
  scanProject(files, {
    limits,
    detectors: [
      {
        id: 'interfaces',
        rules: [],
        run(context) {
          for (const { entry } of analyse(context).traces) {
            if (entry.kind !== 'http' || !entry.path.startsWith('/')) continue;
            const method = entry.method === 'all' ? 'ANY' : entry.method.toUpperCase();
            const { path, framework, file, admin } = entry;
            found.set(`${method} ${path}`, { method, path, framework, file, admin });
          }
        },
      },
    ],
  });
  return [...found.values()];
}
