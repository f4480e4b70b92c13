import { type RandomBytes, randomDigits } from '../random.ts';

/** Texts of qyapi.weixin.qq.com for the errcodes that the emulator answers; WeCom documents the codes, the wording is not guaranteed. */
const texts: ReadonlyMap<number, string> = new Map([
  [-1, 'system busy'],
  [40001, 'invalid credential'],
  [40003, 'invalid userid'],
  [40007, 'invalid media_id'],
  [40008, 'invalid message type'],
  [40013, 'invalid corpid'],
  [40014, 'invalid access_token'],
  [40029, 'invalid code'],
  [40031, 'invalid userid list'],
  [40056, 'invalid agentid'],
  [40058, 'invalid request parameter'],
  [40063, 'some parameters are empty'],
  [40066, 'invalid url'],
  [41001, 'access_token missing'],
  [41002, 'corpid missing'],
  [41004, 'corpsecret missing'],
  [42001, 'access_token expired'],
  [43001, 'require GET method'],
  [43002, 'require POST method'],
  [44001, 'empty media data'],
  [44002, 'empty post data'],
  [45002, 'content size out of limit'],
  [45009, 'api freq out of limit'],
  [45033, 'api concurrent out of limit'],
  [47001, 'data format error'],
  [48002, 'api forbidden'],
  [50002, 'user not in app perm scope'],
  [50003, 'app is disabled'],
  [60001, 'invalid department name length'],
  [60003, 'department not found'],
  [60005, 'department contains users'],
  [60006, 'department contains sub-departments'],
  [60007, 'can not delete root department'],
  [60008, 'department existed'],
  [60009, 'department name includes illegal characters'],
  [60010, 'department parent is itself or below it'],
  [60011, 'no privilege to access/modify contact/party/agent'],
  [60020, 'not allow to access from your ip'],
  [60102, 'userid existed'],
  [60103, 'invalid mobile'],
  [60104, 'mobile existed'],
  [60111, 'userid not found'],
  [60123, 'invalid party id'],
  [60124, 'invalid parent party id'],
  [60127, 'user missing department'],
  [60129, 'missing mobile or email'],
  [81001, 'too many departments or levels'],
  [81013, 'user & party & tag all invalid'],
  [93000, 'invalid webhook url'],
  [301002, 'not allow operate another agent with this accesstoken'],
]);

/** `text, hint: [digits], from ip: IP, more info at ...?e=errcode`, as WeCom writes every refusal. */
export function wecomErrmsg(errcode: number, text: string | undefined, ip: string, random: RandomBytes): string {
  const hint = randomDigits(random, 19);
  const more = `https://open.work.weixin.qq.com/devtool/query?e=${errcode}`;
  return `${text ?? texts.get(errcode) ?? 'error'}, hint: [${hint}], from ip: ${ip}, more info at ${more}`;
}
