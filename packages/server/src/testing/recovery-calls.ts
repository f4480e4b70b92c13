import type { ControlPlaneCall, DeclareCall } from './declared-call.ts';

/** Acts of recovery, for the test that holds every endpoint: where no backups are configured, there is nothing to run. */
export function recoveryCalls(call: DeclareCall): ControlPlaneCall[] {
  return [call('runBackup', 'system', {}, 'not_found'), call('runDrill', 'system', {}, 'not_found')];
}
