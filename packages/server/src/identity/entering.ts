import { hash } from 'node:crypto';
import { type AppConfig, type LoginAnswer, MenshenError } from '@menshen/contract';
import { accountChangeEvent } from '../audit/events.ts';
import type { Audit } from '../audit/service.ts';
import type { Person } from '../directory/model.ts';
import type { DirectoryService } from '../directory/service.ts';
import type { LinkStore } from './links-store.ts';
import type { PersonRef } from './model.ts';
import type { Caller, OpenSession } from './opening.ts';
import type { Subject } from './providers.ts';
import type { IdentityStore } from './store.ts';
import { unionOwner } from './union.ts';

const ticketMs = 10 * 60_000;

export interface EnteringParts {
  readonly open: OpenSession;
  readonly links: LinkStore;
  /** The appids of this configuration: one company's mini programs. */
  readonly ownApps: () => ReadonlySet<string>;
  readonly store: IdentityStore;
  readonly directory: DirectoryService;
  readonly audit: Audit;
  readonly clock: () => number;
  readonly random: (size: number) => Uint8Array;
}

/** As tickets and codes are stored. */
export const digest = (text: string): string => hash('sha256', text, 'base64url');

/** The person behind a bound identity, if they may come in at all. */
export function admit(app: AppConfig, person: Person | null, customer: PersonRef | null): PersonRef {
  const ref = person ?? customer;
  if (ref === null) throw new MenshenError('audience_refused');
  if (person !== null && person.status !== 'active') throw new MenshenError('account_disabled');
  if (!app.audience.includes(ref.kind)) throw new MenshenError('audience_refused');
  return { uid: ref.uid, name: ref.name, kind: ref.kind };
}

/** Who WeChat or WeCom vouches for enters: known, bound through another mini program, as a new customer, or not before they are bound. */
export function createEntering(parts: EnteringParts) {
  const { open, store, directory, audit, clock, random } = parts;
  const needsBinding = async (
    app: AppConfig,
    subject: Subject,
    device: string | null,
    { build = null }: Caller,
  ): Promise<MenshenError> => {
    const ticket = Buffer.from(random(24)).toString('base64url');
    await store.addTicket(
      digest(ticket),
      {
        app: app.id,
        provider: subject.provider,
        subject: subject.subject,
        unionid: subject.unionid,
        sessionKey: subject.sessionKey,
        ...{ device, build },
      },
      clock() + ticketMs,
    );
    return new MenshenError('binding_required', { ticket, ways: app.binding.filter((way) => way !== 'unionid') });
  };

  /** Binds a WeChat user whom another mini program of the company knows; null when none does, or not well enough. */
  const enterByUnion = async (app: AppConfig, subject: Subject, device: string | null, caller: Caller) => {
    const { unionid } = subject;
    if (unionid === null) return null;
    const owner = unionOwner(await parts.links.byUnion(unionid), parts.ownApps());
    if (owner === null) return null;
    const person = directory.snapshot().person(owner.uid) ?? null;
    // An employee who comes to an app for customers is a customer there.
    const served = owner.boundBy === 'self' ? 'customer' : (person?.kind ?? null);
    if (served === null || !app.audience.includes(served)) return null;
    if (owner.boundBy === 'unionid' && !app.binding.includes('unionid')) return null;
    const ref = admit(app, person, owner.boundBy === 'self' ? { uid: owner.uid, name: '', kind: 'customer' } : null);
    const mine = await store.identitiesOf(ref.uid);
    // A second WeChat account for one person needs an administrator to release the first.
    if (mine.some((one) => one.channel === 'wechat' && one.provider === subject.provider)) return null;
    const { provider, subject: openid, sessionKey } = subject;
    const boundAt = clock();
    await audit.record(
      accountChangeEvent({
        time: boundAt,
        activity: 'bind',
        uid: ref.uid,
        by: ref.uid,
        app: app.id,
        address: caller.address,
        detail: owner.boundBy,
        requestId: caller.requestId,
      }),
    );
    await store.bind(
      { channel: 'wechat', provider, subject: openid, unionid, uid: ref.uid, boundBy: owner.boundBy, boundAt },
      sessionKey,
    );
    return open(app, subject, ref, device, caller, ['wechat']);
  };

  const enterWechat = async (app: AppConfig, subject: Subject, device: string | null, caller: Caller): Promise<LoginAnswer> => {
    const known = await store.identity('wechat', subject.provider, subject.subject);
    if (known !== null) {
      const person = directory.snapshot().person(known.uid) ?? null;
      const customer: PersonRef | null = known.boundBy === 'self' ? { uid: known.uid, name: '', kind: 'customer' } : null;
      if (customer !== null && !app.audience.includes('customer')) throw await needsBinding(app, subject, device, caller);
      const ref = admit(app, person, customer);
      await store.keepSessionKey('wechat', subject.provider, subject.subject, subject.sessionKey);
      return open(app, subject, ref, device, caller, ['wechat']);
    }
    const elsewhere = await enterByUnion(app, subject, device, caller);
    if (elsewhere !== null) return elsewhere;
    if (!app.audience.includes('customer')) throw await needsBinding(app, subject, device, caller);
    const { provider, unionid, sessionKey } = subject;
    const boundAt = clock();
    const made = `c_${Buffer.from(random(12)).toString('base64url')}`;
    await store.addCustomer(made, boundAt);
    const uid = await store.bindFirst(
      { channel: 'wechat', provider, subject: subject.subject, unionid, uid: made, boundBy: 'self', boundAt },
      sessionKey,
    );
    // Logins on two nodes at once must not make one WeChat user two customers, each with what a campaign gives to everybody once.
    if (uid !== made) {
      await store.removeCustomer(made);
      return enterWechat(app, subject, device, caller);
    }
    return open(app, subject, { uid, name: '', kind: 'customer' }, device, caller, ['wechat']);
  };

  const enterWecom = async (app: AppConfig, subject: Subject, device: string | null, caller: Caller): Promise<LoginAnswer> => {
    const person = directory.ofWecom(subject.subject) ?? null;
    const ref = admit(app, person, null);
    const known = await store.identity('wecom', subject.provider, subject.subject);
    const boundAt = known?.boundAt ?? clock();
    await store.bind(
      {
        channel: 'wecom',
        provider: subject.provider,
        subject: subject.subject,
        unionid: null,
        uid: ref.uid,
        boundBy: 'wecom',
        boundAt,
      },
      subject.sessionKey,
    );
    return open(app, subject, ref, device, caller, ['wecom']);
  };

  return { enterWechat, enterWecom };
}
