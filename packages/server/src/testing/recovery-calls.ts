import type { AdministratorPower } from '@menshen/contract';
import type { ControlPlaneCall } from './control-plane-calls.ts';

type Call = (
  id: string,
  who: AdministratorPower,
  parts: ControlPlaneCall['parts'] | Awaited<ReturnType<ControlPlaneCall['parts']>>,
  code?: string | null,
) => ControlPlaneCall;

/** Acts of recovery, for the test that holds every endpoint: where no backups are configured, there is nothing to run. */
export function recoveryCalls(call: Call): ControlPlaneCall[] {
  return [call('runBackup', 'system', {}, 'not_found'), call('runDrill', 'system', {}, 'not_found')];
}
