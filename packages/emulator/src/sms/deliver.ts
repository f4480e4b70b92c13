import type { World } from '../world.ts';

/** The mainland number without +86, 0086 and 86; null when it is none. */
export function mainlandNumber(text: string): string | null {
  return /^(?:\+86|0086|86)?(1\d{10})$/.exec(text)?.[1] ?? null;
}

/** Shows a text message on the phones that have the number. Everybody who shares a number gets it, as in life. */
export function deliverSms(world: World, provider: string, phone: string, signName: string, text: string): void {
  const members = world.directory.members().filter((member) => mainlandNumber(member.mobile ?? '') === phone);
  const people = world.people.list().filter((person) => mainlandNumber(person.phone ?? '') === phone);
  world.inbox.add({
    kind: 'sms',
    source: `sms:${provider}`,
    from: signName,
    to: [...new Set([...members.map((member) => member.userid), ...people.map((person) => person.id)])],
    type: 'text',
    title: '',
    text: `【${signName}】${text}`,
    payload: { provider, phone },
  });
}
