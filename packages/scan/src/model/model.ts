import type { Trees } from '../parse/cache.ts';
import type { Project } from '../project/project.ts';
import type { SourceFile } from '../project/source-file.ts';
import { createResolver } from './resolve.ts';

/** What binds the files of a project to each other. */
export interface ProjectModel {
  /** The file that a `require` or `import` names; undefined for installed packages and Node's own modules. */
  resolve(from: SourceFile, specifier: string): SourceFile | undefined;
}

export function createModel(project: Project, _trees: Trees): ProjectModel {
  return { resolve: createResolver(project) };
}
