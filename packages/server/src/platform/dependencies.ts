import type { LogRegistry } from '../audit/registry/service.ts';
import type { Audit } from '../audit/service.ts';
import type { AuditWatch } from '../audit/watch/service.ts';
import type { Submitter } from '../audit/witness/submitter.ts';
import type { Nodes } from '../nodes/service.ts';

/** Asks one dependency how it is; what it fails with is named by its code alone. */
export async function stateOf(check: () => Promise<unknown>): Promise<{ state: 'ok' | 'down'; detail: string | null }> {
  try {
    await check();
    return { state: 'ok', detail: null };
  } catch (error) {
    return { state: 'down', detail: error instanceof Error && 'code' in error ? String(error.code) : 'unavailable' };
  }
}

/** Whether this node can keep its record. */
export function auditState(audit: Audit, logs: LogRegistry): { state: 'ok' | 'down'; detail: string | null } {
  if (audit.state() !== 'ok') {
    const reason = audit.reason();
    const full = reason === 'ENOSPC' || reason === 'EDQUOT' ? ': the disk is full' : '';
    return { state: 'down', detail: `the log cannot be written${reason === null ? '' : ` (${reason}${full})`}` };
  }
  return logs.state() === 'ok'
    ? { state: 'ok', detail: null }
    : { state: 'down', detail: 'another process writes a copy of this log' };
}

/** Whether recording goes on as it should. */
export function watchState(watch: AuditWatch): { name: 'recording'; state: 'ok' | 'degraded'; detail: string | null } {
  const problems = watch.problems();
  return { name: 'recording', state: problems.length === 0 ? 'ok' : 'degraded', detail: problems.join(', ') || null };
}

/** Whether all witnesses of the log sign it; nothing where there are none. A silent witness stops no request. */
export function witnessState(
  witnesses: Submitter | null,
): readonly { name: 'witnesses'; state: 'ok' | 'degraded'; detail: string | null }[] {
  if (witnesses === null) return [];
  const refusing = witnesses.states().filter(({ problem }) => problem !== null);
  if (refusing.length === 0) return [{ name: 'witnesses', state: 'ok', detail: null }];
  return [
    { name: 'witnesses', state: 'degraded', detail: refusing.map(({ name, problem }) => `${name}: ${problem}`).join(', ') },
  ];
}

/** How the nodes beside the store agree; nothing where there can be none. Which ones differ, and in what, is for administrators. */
export function nodeState(nodes: Nodes | null): readonly { name: 'nodes'; state: 'ok' | 'degraded'; detail: string | null }[] {
  if (nodes === null) return [];
  const detail =
    nodes.state() === 'split'
      ? 'nodes share a database and no coordination'
      : nodes.differing().length > 0
        ? 'nodes run with different configurations'
        : null;
  return [{ name: 'nodes', state: detail === null ? 'ok' : 'degraded', detail }];
}

/** Throws where the coordination is away. */
export function coordinationUp(health: { readonly state: 'up' | 'down' }): void {
  if (health.state === 'down') throw Object.assign(new Error('down'), { code: 'coordination_unavailable' });
}
