import { callPlatform } from '../phone/platform-call.ts';
import type { Runtime } from '../phone/runtime.ts';
import type { Settings } from '../settings.ts';
import type { SoterMode, SoterProof } from './factor-types.ts';

/** A person looks for the right finger. */
const limitMs = 120_000;

/** Lets the phone's hardware sign the challenge (`wx.startSoterAuthentication`, WeChat only). Rejects with `soter_failed`. */
export function proveBySoter(settings: Settings, runtime: Runtime, challenge: string, mode?: SoterMode): Promise<SoterProof> {
  const { wx, locale } = settings;
  return callPlatform<SoterProof>({ runtime, locale, limitMs, broken: 'soter_failed' }, (done, failed) => {
    if (wx.startSoterAuthentication === undefined) return void failed();
    wx.startSoterAuthentication({
      requestAuthModes: [mode || 'fingerPrint'],
      challenge,
      authContent: locale === 'en' ? 'Confirm that it is you' : '请验证身份',
      success: ({ resultJSON, resultJSONSignature }) => done({ resultJson: resultJSON, signature: resultJSONSignature }),
      fail: (failure) => failed(failure),
    });
    return undefined;
  });
}
