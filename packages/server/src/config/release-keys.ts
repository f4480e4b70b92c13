import type { AppConfig } from '@menshen/contract';
import { ReleaseKeyError, readVerifier } from '../release/release-key.ts';
import type { ConfigProblem } from './load.ts';

/** Keys of releases that are none. Nothing of a key is repeated. */
export function releaseKeyProblems(apps: readonly AppConfig[]): ConfigProblem[] {
  return apps.flatMap(({ release }, at) =>
    (release?.keys ?? []).flatMap((pem, key) => {
      try {
        readVerifier(pem);
        return [];
      } catch (error) {
        if (!(error instanceof ReleaseKeyError)) throw error;
        return [
          {
            ...{ line: null, column: null, field: `apps[${at}].release.keys[${key}]` },
            zh: '不是可用的公钥：需要 Ed25519 或 SM2 公钥（PEM），例如 file:release.key.pub；不要放私钥。',
            en: 'This is no usable public key: it takes an Ed25519 or SM2 key in PEM, such as file:release.key.pub, and never a private one.',
          },
        ];
      }
    }),
  );
}
