import { learnSignInFinish, learnSignInStart, learnSignInTicket, learnState } from '@menshen/contract';
import type { Output } from '../api/call.ts';
import { call, setCsrf } from './client.ts';
import { go } from './path.ts';

export type LearnState = Output<typeof learnState>;

const nextKey = 'menshen.learn.next';

/** Where to go on after signing in: a path of this page and nothing else. */
export function safePath(text: string | null): string {
  return text !== null && /^\/(?:[a-z0-9-]+(?:\/[A-Za-z0-9_-]+)?)?$/.test(text) && !text.startsWith('/signed-in') ? text : '/';
}

/**
 * Who is here: signs in with a ticket that came with the address, or with what WeCom sent back, and asks the server. The address loses both at once, so that
 * neither is in the history. Throws ApiError.
 */
export async function enter(): Promise<{ readonly state: LearnState; readonly failed: boolean }> {
  const ticket = /^#ticket=([A-Za-z0-9_-]{43})$/.exec(location.hash)?.[1];
  let failed = false;
  if (ticket !== undefined) {
    history.replaceState(null, '', location.pathname);
    await call(learnSignInTicket, { body: { ticket } }).catch(() => {
      failed = true;
    });
  } else if (location.pathname === '/signed-in') {
    const answer = new URLSearchParams(location.search);
    const [code, state] = [answer.get('code'), answer.get('state')];
    go(safePath(sessionStorage.getItem(nextKey)), { replace: true });
    sessionStorage.removeItem(nextKey);
    if (code === null || state === null) failed = true;
    else
      await call(learnSignInFinish, { body: { code, state } }).catch(() => {
        failed = true;
      });
  }
  const state = await call(learnState, {});
  setCsrf(state.csrf);
  return { state, failed };
}

/** Leaves for WeCom. Throws ApiError. */
export async function leaveFor(way: 'wecom' | 'scan'): Promise<void> {
  sessionStorage.setItem(nextKey, safePath(location.pathname));
  const { url } = await call(learnSignInStart, { body: { way } });
  location.assign(url);
}

/** Whether this is the browser inside WeCom, where signing in takes no click. */
export const isInWecom = (): boolean => /\bwxwork\//i.test(navigator.userAgent);
