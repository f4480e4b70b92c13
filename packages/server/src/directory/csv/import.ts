import type { Changes } from '../changes.ts';
import { csvSource, type Department } from '../model.ts';
import type { HeldChange } from '../source-store.ts';
import { type CsvFiles, type CsvReading, readCsvFiles } from './read-files.ts';

export interface CsvPreview extends Omit<CsvReading, 'image'> {
  /** The change that waits for its application; null while the files have mistakes. */
  readonly change: HeldChange | null;
}

/**
 * Reads files and prepares the change that they make; nothing is applied. `merge` adds and changes people; `replace` takes the people file for the
 * whole list, so that who is missing leaves. Departments without a file stay as they are.
 */
export async function previewCsv(
  files: CsvFiles,
  mode: 'merge' | 'replace',
  departments: ReadonlyMap<string, Department>,
  changes: Changes,
  by: string,
): Promise<CsvPreview> {
  const { image, ...said } = readCsvFiles(files, departments);
  if (said.problemCount > 0) return { ...said, change: null };
  const own = [...departments.values()].filter((department) => department.source === csvSource);
  const input =
    mode === 'replace' && files.people !== null
      ? ({
          kind: 'full',
          source: csvSource,
          image: { ...image, departments: files.departments === null ? own : image.departments },
        } as const)
      : ({ kind: 'partial', source: csvSource, image, gone: [] } as const);
  return { ...said, change: await changes.preview(input, by) };
}
