import { type Attention, inNumber, type NotifyChannelConfig } from '@menshen/contract';
import type { DirectoryService } from '../../directory/service.ts';

/** Numbers with and without the code of the country are one. */
const number = (phone: string): string => phone.replaceAll(/\D/g, '').slice(-11);

/** Whether one who has left or is disabled, and nobody who is there, has this e-mail address or number. */
function ofLeavers(people: ReturnType<DirectoryService['snapshot']>['people']) {
  const left = new Set<string>();
  const here = new Set<string>();
  for (const { status, email, phone } of people.values()) {
    const into = status === 'active' ? here : left;
    if (email !== null) into.add(email.toLowerCase());
    if (phone !== null) into.add(number(phone));
  }
  return (contact: string): boolean => left.has(contact) && !here.has(contact);
}

/**
 * Ways of notices that lead to somebody who has left or is disabled: they hear of every incident, or nobody hears of it. The configuration names them, so
 * somebody has to change it.
 */
export function receiverAttention(
  channels: readonly NotifyChannelConfig[],
  directory: Pick<DirectoryService, 'ofWecom' | 'snapshot'>,
  now: number,
): Attention[] {
  const named = channels.some(({ by }) => 'mail' in by || 'sms' in by) ? ofLeavers(directory.snapshot().people) : () => false;
  const isGone = (userid: string): boolean => {
    const person = directory.ofWecom(userid);
    return person !== undefined && person.status !== 'active';
  };
  return channels.flatMap(({ id, by }): Attention[] => {
    const gone =
      'wecomApp' in by
        ? by.wecomApp.users.filter(isGone)
        : 'mail' in by
          ? by.mail.to.filter((address) => named(address.toLowerCase()))
          : 'sms' in by
            ? by.sms.phones.filter((phone) => named(number(phone)))
            : [];
    if (gone.length === 0) return [];
    return [
      {
        id: `receiver-left-${id}`,
        severity: 'high',
        title: {
          zh: `通知渠道 ${id} 的 ${gone.length} 个接收人已离职或停用`,
          en: `${inNumber(gone.length, `${gone.length} receiver[s]`)} of the notice channel ${id} ${inNumber(gone.length, '[has|have] left or [is|are]')} disabled`,
        },
        detail: {
          zh: '他们仍会收到安全通知，或通知无人收到。请在配置 notify.channels 中更换接收人。',
          en: 'They still get notices of security, or nobody does. Name others in notify.channels of the configuration.',
        },
        since: now,
        action: { to: '/notices', label: { zh: '查看通知', en: 'Open the notices' } },
      },
    ];
  });
}
