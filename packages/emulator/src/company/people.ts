import { createHmac } from 'node:crypto';
import type { WechatPerson } from './model.ts';

/** Who an openid stands for: in this app, in another app of the emulator, or nobody. */
export type OpenidOwner =
  | { readonly kind: 'person'; readonly person: WechatPerson }
  | { readonly kind: 'other-app' }
  | { readonly kind: 'unknown' };

export interface People {
  list(): readonly WechatPerson[];
  get(id: string): WechatPerson | undefined;
  /** Finds by id, unionid, or linked userid (case does not count). */
  find(name: string): WechatPerson | undefined;
  /** Adds a person, or replaces the one with the same id. */
  put(person: WechatPerson): void;
  /** The WeCom member that a person is has a new userid. */
  renameUser(before: string, after: string): void;
  openidOf(appid: string, person: WechatPerson): string;
  ownerOf(appid: string, openid: unknown): OpenidOwner;
}

/** 28 characters, the same for the same app and person at every start, and unlike in another app. */
function deriveOpenid(appid: string, personId: string): string {
  const digest = createHmac('sha256', 'menshen-emulator openid')
    .update(JSON.stringify([appid, personId]))
    .digest('base64url');
  return `o${digest.slice(0, 27)}`;
}

/** The WeChat people and their openids in the given apps. */
export function createPeople(people: readonly WechatPerson[], appids: readonly string[]): People {
  const byId = new Map<string, WechatPerson>();
  const openids = new Map<string, { readonly appid: string; readonly id: string }>();

  function put(person: WechatPerson): void {
    byId.set(person.id, person);
    for (const appid of appids) openids.set(deriveOpenid(appid, person.id), { appid, id: person.id });
  }
  for (const person of people) put(person);

  return {
    list: () => [...byId.values()],
    get: (id) => byId.get(id),
    find(name) {
      const userid = name.toLowerCase();
      return (
        byId.get(name) ?? [...byId.values()].find((person) => person.unionid === name || person.userid?.toLowerCase() === userid)
      );
    },
    put,
    renameUser(before, after) {
      const person = [...byId.values()].find((candidate) => candidate.userid?.toLowerCase() === before.toLowerCase());
      if (person) put({ ...person, userid: after });
    },
    openidOf: (appid, person) => deriveOpenid(appid, person.id),
    ownerOf(appid, openid) {
      const owner = typeof openid === 'string' ? openids.get(openid) : undefined;
      const person = owner && byId.get(owner.id);
      if (!person) return { kind: 'unknown' };
      return owner.appid === appid ? { kind: 'person', person } : { kind: 'other-app' };
    },
  };
}
