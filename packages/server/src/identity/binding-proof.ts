import { type AppConfig, type BindRequest, MenshenError } from '@menshen/contract';
import type { DirectoryService } from '../directory/service.ts';
import type { CompanyCodes } from './company-codes.ts';
import { verifyPassword } from './password.ts';
import type { Providers } from './providers.ts';
import type { Identity, IdentityStore, Ticket } from './store.ts';

const accountFailures = 5;
const accountLockMs = 15 * 60_000;

export interface BindingProofParts {
  readonly store: IdentityStore;
  readonly providers: Providers;
  readonly directory: DirectoryService;
  readonly companyCodes: CompanyCodes;
  readonly clock: () => number;
}

/** Judges what a WeChat user shows to be an employee: the verified phone, an account, or a company code. */
export function createBindingProof({ store, providers, directory, companyCodes, clock }: BindingProofParts) {
  /** The uid that a proof stands for. Every failure looks the same from outside. */
  const prove = async (
    app: AppConfig,
    ticket: Ticket,
    request: BindRequest,
  ): Promise<{ uid: string; by: Identity['boundBy'] }> => {
    const now = clock();
    if ('phoneCode' in request) {
      if (!app.binding.includes('phone')) throw new MenshenError('binding_failed');
      const phone = await providers.phoneNumber(app, request.phoneCode, ticket.subject);
      const owners = directory.withPhone(phone);
      const [owner] = owners;
      // Two people with one number: nobody can say which of them this is.
      if (owner === undefined || owners.length !== 1) throw new MenshenError('binding_failed');
      return { uid: owner.uid, by: 'phone' };
    }
    if ('account' in request) {
      if (!app.binding.includes('account')) throw new MenshenError('binding_failed');
      const username = request.account.username.normalize('NFC').toLowerCase();
      const account = await store.account(username);
      const mayTry = account === null || (await store.tryAccount(username, now, accountFailures, accountLockMs));
      const right = await verifyPassword(request.account.password, mayTry ? (account?.passwordHash ?? null) : null);
      if (!right || account === null) throw new MenshenError('binding_failed');
      await store.clearAccountFailures(username);
      return { uid: account.uid, by: 'account' };
    }
    if (!app.binding.includes('company_code')) throw new MenshenError('binding_failed');
    const uid = await companyCodes.useToBind(request.companyCode);
    if (uid === null) throw new MenshenError('binding_failed');
    return { uid, by: 'company_code' };
  };

  return prove;
}
