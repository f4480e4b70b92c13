/**
 * Folders of the data folder that no backup holds and nothing ships: copies of it, scripts of the demonstration, and what outlives no process (files that
 * are being examined, sandboxes of labs).
 */
export const leftOut: ReadonlySet<string> = new Set(['shipping', 'backups', 'try', 'spool', 'labs']);
