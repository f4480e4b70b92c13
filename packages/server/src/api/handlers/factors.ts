import * as contract from '@menshen/contract';
import type { DirectoryService } from '../../directory/service.ts';
import type { FactorService } from '../../identity/factors/service.ts';
import { type Bound, bind } from '../bind.ts';

/** Second factors of the people in the directory, as administrators see them. */
export function factorHandlers(directory: DirectoryService, factors: FactorService): readonly Bound[] {
  const known = (uid: string): string => {
    if (directory.snapshot().person(uid) === undefined) throw new contract.MenshenError('not_found');
    return uid;
  };
  return [
    bind(contract.listPersonFactors, async (call) => {
      const { factors: held, knownDevices } = await factors.factorsOf(known(call.params.uid));
      return { factors: [...held], knownDevices };
    }),
    bind(contract.removePersonFactor, async (call) =>
      factors.removeFactor(known(call.params.uid), call.params.kind, call.body.reason, call.by),
    ),
    bind(contract.unlockPersonFactor, async (call) =>
      factors.unlockFactor(known(call.params.uid), call.params.kind, call.body.reason, call.by),
    ),
    bind(contract.createEnrolmentCode, async (call) =>
      factors.issueEnrolmentCode(known(call.params.uid), call.body.deliver, call.by),
    ),
  ];
}
