import { MenshenError } from '@menshen/contract';
import * as z from 'zod';
import type { Keys } from '../../keys/master.ts';

const scopes = { b: 'bulletins', w: 'warnings' } as const;
export type OptOutScope = (typeof scopes)[keyof typeof scopes];
const content = z
  .string()
  .regex(/^[bw]:.{1,128}$/su)
  .transform((text) => ({ uid: text.slice(2), scope: scopes[text.startsWith('b') ? 'b' : 'w'] }));
const place = { table: 'training_learners', column: 'unsubscribe', key: 'link' } as const;

export interface OptOutLinks {
  /** The path of a link that turns off one scope for one person; it stays good, as mails lie around for years. */
  path(uid: string, of: OptOutScope): string;
  /** Throws `unsubscribe_invalid` for what we have not made. */
  read(token: string): { readonly uid: string; readonly scope: OptOutScope };
}

/** Links to unsubscribe: sealed, so that nobody makes one for somebody else, and nobody reads from one whom it is for. */
export function createOptOutLinks(keys: Pick<Keys, 'sealText' | 'openText'>): OptOutLinks {
  return {
    path: (uid, of) => `/unsubscribe/${Buffer.from(keys.sealText(`${of.slice(0, 1)}:${uid}`, place)).toString('base64url')}`,
    read(token) {
      try {
        return content.parse(keys.openText(Buffer.from(token, 'base64url'), place));
      } catch (error) {
        throw new MenshenError('unsubscribe_invalid', {}, { cause: error });
      }
    },
  };
}
