import { demoAccounts } from '../credentials.ts';
import { type HttpClient, type Reply, textField, UnreachableError } from './http.ts';

/** What a person does on the phone: the emulator's admin API stands for it. Null when the emulator does not know the person. */
export interface Phone {
  /** wx.login in our mini program, or in the neighbour's. */
  wechatCode(person: string, appid?: string): Promise<string | null>;
  /** wx.qy.login. */
  wecomCode(userid: string): Promise<string | null>;
  /** The button that hands over the phone number. */
  phoneCode(person: string): Promise<string | null>;
  /** What human resources do in WeCom's own console, which calls the gateway back. False when WeCom refuses. */
  changeContact(change: object): Promise<boolean>;
}

export function createPhone(emulator: HttpClient): Phone {
  const mint = async (kind: 'code' | 'phone-code', input: Record<string, string>): Promise<string | null> => {
    const reply: Reply = await emulator.send({
      method: 'POST',
      path: `/_emulator/${kind}`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(input)),
    });
    if (reply.status >= 500) throw new UnreachableError('emulator failed');
    return reply.status === 200 ? textField(reply.body, 'code') : null;
  };
  return {
    wechatCode: (person, appid = demoAccounts.appid) => mint('code', { channel: 'wechat', appid, person }),
    wecomCode: (userid) => mint('code', { channel: 'wecom', person: userid }),
    async changeContact(change) {
      const reply = await emulator.send({
        method: 'POST',
        path: '/_emulator/contacts',
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(JSON.stringify(change)),
      });
      if (reply.status >= 500) throw new UnreachableError('emulator failed');
      return reply.status === 200;
    },
    phoneCode: (person) => mint('phone-code', { appid: demoAccounts.appid, person }),
  };
}
