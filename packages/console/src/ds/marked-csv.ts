import { registerExport } from '@menshen/contract';
import { useAction } from '../api/hooks.ts';
import { toCsv } from './csv.ts';
import { download } from './download.ts';

export interface MarkedCsv {
  /** Registers the export and saves the file; no file is made without its entry in the audit log. `name` has no ending. */
  readonly save: (name: string, head: readonly string[], rows: readonly (readonly (string | number | null)[])[]) => Promise<void>;
  readonly busy: boolean;
  /** Why there is no file; null when there is one. */
  readonly error: Error | null;
}

/** What an export of a name is called in the audit log. */
export const exportNameOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40) || 'table';

/** Saves rows as CSV with the watermark of who exported them. */
export function useMarkedCsv(): MarkedCsv {
  const register = useAction(registerExport);
  return {
    save: async (name, head, rows) => {
      const body = { what: exportNameOf(name), subject: name.slice(0, 120), rows: rows.length };
      const registered = await register.mutateAsync({ body }).catch(() => null);
      if (registered !== null) download(`${name}.csv`, 'text/csv', toCsv(head, rows, registered.line));
    },
    busy: register.isPending,
    error: register.error,
  };
}
