import { seconds } from '../http/api.ts';
import { type RandomBytes, randomHex } from '../random.ts';

/** Texts of api.weixin.qq.com. Those that its error tables print are theirs, others say the documented meaning. */
const texts: ReadonlyMap<number, string> = new Map([
  [-1, 'system error'],
  [1, 'data not exit'],
  [40001, 'invalid credential, access_token is invalid or not latest'],
  [40002, 'invalid grant_type'],
  [40003, 'invalid openid'],
  [40004, 'invalid media type'],
  [40013, 'invalid appid'],
  [40014, 'invalid access_token'],
  [40029, 'invalid code'],
  [40037, 'invalid template_id'],
  [40066, 'invalid url'],
  [40097, 'invalid args'],
  [40125, 'invalid appsecret'],
  [40129, 'invalid scene'],
  [40163, 'code been used'],
  [40226, 'code blocked'],
  [40231, 'Missing_Timestamp'],
  [40232, 'Missing_Signature'],
  [40233, 'Missing_Appid'],
  [40234, 'Invalid_Signature'],
  [40235, 'Invalid_Encrypt'],
  [40236, 'Invalid_Wechatmp_Appid'],
  [40237, 'Wechatmp_Appid does not match access_token'],
  [40238, 'symmetric key not configured'],
  [40239, 'public key not configured'],
  [40240, 'Expired_Timestamp'],
  [40243, 'AppSecret frozen'],
  [41001, 'access_token missing'],
  [41002, 'appid missing'],
  [41004, 'appsecret missing'],
  [41030, 'invalid page'],
  [42001, 'access_token expired'],
  [43001, 'require GET method'],
  [43002, 'require POST method'],
  [43101, 'user refuse to accept the msg'],
  [43104, 'openid does not match appid'],
  [44002, 'empty post data'],
  [44991, 'reach minute frequency limit'],
  [45009, 'reach max api daily quota limit'],
  // The two double spaces are WeChat's.
  [45011, 'api minute-quota reach limit  mustslower  retry next minute'],
  [47001, 'data format error'],
  [48001, 'api unauthorized'],
  [48006, 'forbid to clear quota because of reaching the limit'],
  [50007, 'account frozen'],
  [61010, 'user is not active in the last two hours'],
  [76021, 'cgi_path not found'],
  [87007, 'session_key is missing or expired'],
  [87008, 'invalid sig_method'],
  [87009, 'invalid signature'],
  [87014, 'risky content'],
]);

/** `text, rid: 8hex-8hex-8hex`: the request id that WeChat appends to every refusal; its first part is the time. */
export function wechatErrmsg(errcode: number, text: string | undefined, now: number, random: RandomBytes): string {
  const rid = [seconds(now).toString(16).padStart(8, '0'), randomHex(random, 4), randomHex(random, 4)].join('-');
  return `${text ?? texts.get(errcode) ?? 'error'}${errcode === 40164 ? '' : ','} rid: ${rid}`;
}
