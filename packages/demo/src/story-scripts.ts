import { type CurlLine, quote, type StoryId } from './curl-shell.ts';

/** A story of the demonstration as a script for a POSIX shell. */
export interface StoryScript {
  readonly id: StoryId;
  readonly zh: string;
  readonly en: string;
  readonly text: string;
}

const titles: Readonly<Record<StoryId, { readonly zh: string; readonly en: string }>> = {
  'stolen-login': { zh: '被盗的登录：没有门神与有门神', en: 'A stolen login, without Menshen and with it' },
  'tampered-coupon': { zh: '被篡改的优惠券：没有门神与有门神', en: 'Tampered coupons, without Menshen and with it' },
  'stored-script': {
    zh: '存进公告的脚本：没有门神与有门神',
    en: 'A script stored in an announcement, without Menshen and with it',
  },
  manager: { zh: '总经理只看得到自己的部门', en: 'A manager sees the own departments and nothing beside them' },
  leaver: { zh: '离职一秒后会话失效', en: 'A leaver is out within a second' },
};

/** What a story stands on beside what its lines use: the risk of a login shows against the login before it. */
const standsOn: Partial<Record<StoryId, readonly string[]>> = { 'stolen-login': ['TOKEN'] };

const assigned = (command: string): string | undefined => /^([A-Z]+)=/.exec(command)?.[1];
const used = (command: string): ReadonlySet<string> =>
  new Set([...command.matchAll(/\$([A-Z]+)/g)].map((match) => match[1] ?? ''));

/** Lines before `end` that set what `lines` use and do not set themselves, with what those need in turn, in their order. */
function preparation(all: readonly CurlLine[], lines: readonly CurlLine[], more: readonly string[]): readonly CurlLine[] {
  const wanted = new Set<string>(more);
  const own = new Set<string>();
  for (const { command } of lines) {
    for (const name of used(command)) if (!own.has(name)) wanted.add(name);
    const name = assigned(command);
    if (name !== undefined) own.add(name);
  }
  const first = lines[0];
  const needed: CurlLine[] = [];
  for (const line of all.slice(0, first === undefined ? 0 : all.indexOf(first)).reverse()) {
    const set = assigned(line.command);
    if (set === undefined || !wanted.has(set)) continue;
    wanted.delete(set);
    for (const name of used(line.command)) wanted.add(name);
    needed.push(line);
  }
  return needed.reverse();
}

/** The stories among the lines, each to be run by itself: it says what it does, and shows what comes back. */
export function storyScripts(lines: readonly CurlLine[], language: 'zh' | 'en'): readonly StoryScript[] {
  return (Object.keys(titles) as StoryId[]).map((id) => {
    const own = lines.filter(({ story }) => story === id);
    const steps = own.map((line) => `printf '\\n%s\\n' ${quote(`# ${line[language]}`)}\n${line.command}\n`);
    const before = preparation(lines, own, standsOn[id] ?? []).map(({ command }) => command);
    return { id, ...titles[id], text: `#!/bin/sh\n# ${titles[id][language]}\n${[...before, ...steps].join('\n')}` };
  });
}
