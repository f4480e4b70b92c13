import { plainName } from '../patterns/lexical/model.ts';

/** Spellings of "secret" that occur in real code. */
const secretWord = /se(?:c|cr|cer|cre|crec|rc)e?[ct]{1,2}|screat|secert|secrect|sercet|secreat/;

export interface NameFacts {
  /** The name alone, lower case letters and digits only. */
  readonly name: string;
  /** The names around it and its own, joined. */
  readonly path: string;
}

export const factsOf = (name: string, path: string): NameFacts => ({
  name: plainName(name),
  path: path.split('.').map(plainName).join('.'),
});

export const saysSecret = (text: string): boolean => secretWord.test(text);

const weChat = /wx|wechat|weixin|miniprogram|miniapp|applet|xcx|mpapp|wxa|wework|qywx|corp/;
const otherApps =
  /alipay|douyin|tiktok|toutiao|baidu|dingtalk|feishu|lark|github|gitee|weibo|qqconnect|apple|google|facebook|huawei|xiaomi|jpush|umeng|getui/;

/** An AppSecret by its name: `appSecret`, `wx.secret`, a bare `secret` beside an appid. */
export function isAppSecretName({ name, path }: NameFacts): boolean {
  if (!saysSecret(name) || isSigningName({ name, path }) || isCloudName({ name, path })) return false;
  return !otherApps.test(path);
}
export const isWeChatPath = (path: string): boolean => weChat.test(path);

const merchant =
  /(?:mch|merchant|partner|paysign|wxpay|wechatpay|weixinpay|payapi|payment|pay)(?:api|sign|secret|v3|v2|private)*(?:key|secret)$|apiv[23]?key$|^mchkey|^apiv3|^paysignkey|v3key$|^shhkey$/;
export const isMerchantKeyName = ({ name }: NameFacts): boolean => merchant.test(name) && !/public|serial|path|file/.test(name);

const cloudPath =
  /cos|oss|qiniu|aliyun|alicloud|qcloud|tencent|aws|s3|obs|huaweicloud|upyun|ucloud|bos|minio|vod|sms|sts|tcb|cloudbase|kodo/;
const cloudId = /^(?:secretid|accesskeyid|accesskey|ak|accessid|appak|osskeyid|keyid)$|(?:secretid|accesskeyid|accesskey)$/;
const cloudSecret =
  /^(?:secretkey|accesskeysecret|secretaccesskey|accesssecret|sk|keysecret)$|(?:secretkey|accesskeysecret|secretaccesskey|accesssecret)$/;

export const isCloudIdName = ({ name }: NameFacts): boolean => cloudId.test(name);
export const isCloudSecretName = ({ name }: NameFacts): boolean =>
  cloudSecret.test(name) && !/jwt|token|session|cookie/.test(name);
export function isCloudName(facts: NameFacts): boolean {
  return isCloudSecretName(facts) || (saysSecret(facts.name) && cloudPath.test(facts.path));
}
export const isCloudPath = (path: string): boolean => cloudPath.test(path);

const signing =
  /(?:jwt|token|session|cookie|sign|signing|signature|hmac|auth|passport|csrf)(?:sign|signing|private|base64|auth)*(?:secretkey|secret|key|salt|keys)$|^(?:jwt|jwt[a-z]{0,20}secret|secretorkey|secretorprivatekey|signkey|appkeys)$/;
/** Key of tokens, sessions or cookies: `jwt.secret`, `SESSION_SECRET`, `app.keys`. */
export function isSigningName({ name, path }: NameFacts): boolean {
  if (/public|expire|header|name|ttl|prefix|issuer|type|storage|cache/.test(name)) return false;
  if (/^app(?:key|secret|secretkey)$/.test(name) || /paysign|wxpay|mch/.test(name)) return false;
  if (signing.test(name) && name !== 'authkey') return true;
  const parents = path.split('.').slice(0, -1);
  return (
    (saysSecret(name) || /^(?:key|keys|signingkey|privatekey)$/.test(name)) &&
    parents.some((part) => /jwt|session|cookie|^token|passport|tokenservice|tokenconfig|koasession/.test(part))
  );
}

export const isPasswordName = ({ name }: NameFacts): boolean =>
  /(?:password|passwd|passwrod|pwd|passphrase|^pass|userpass|dbpass|pw)$/.test(name) &&
  !/^(?:reset|forget|change|old|new|confirm|re)p/.test(name);

const database =
  /mysql|maria|postgres|pgsql|^pg|mongo|redis|oracle|sqlserver|mssql|sqlite|sequelize|knex|typeorm|datasource|druid|jdbc|database|(?:^|\.)db|hikari|tidb|elastic|rabbit|amqp|kafka|memcache/;
export const isDatabasePath = (path: string): boolean => database.test(path);
export const isMailPath = (path: string): boolean => /mail|smtp|nodemailer/.test(path);

const databaseNeighbours = [
  'host',
  'hostname',
  'database',
  'dbname',
  'dialect',
  'port',
  'url',
  'jdbcurl',
  'driver',
  'driverclassname',
  'dbhost',
  'connectionlimit',
  'charset',
  'hosts',
  'uri',
  'server',
  'service',
];
const userNeighbours = ['user', 'username', 'dbuser', 'account', 'uid', 'root', 'usr'];
/** The other settings of one connection: where it goes, and as whom. */
export function besideConnection(keys: ReadonlySet<string>): boolean {
  const place = databaseNeighbours.some((name) => keys.has(name) || keys.has(`db${name}`) || keys.has(`mysql${name}`));
  return (
    place &&
    (userNeighbours.some((name) => keys.has(name)) ||
      keys.has('database') ||
      keys.has('db') ||
      keys.has('dialect') ||
      keys.has('port'))
  );
}

export const isPushTokenName = ({ name, path }: NameFacts): boolean =>
  /^(?:wx|weixin|wechat|mp|message|msg|push|server|verify|callback)(?:wx|message|msg|push|server|verify|callback|mp)*token$/.test(
    name,
  ) ||
  (name === 'token' && /wx|wechat|weixin|officialaccount|mp(?:config)?$|miniapp/.test(path.slice(0, path.lastIndexOf('.'))));
export const isAesKeyName = ({ name }: NameFacts): boolean =>
  /^(?:wx|wechat|message|msg|push|encoding|mp)*encodingaeskey$|^encodingaes$/.test(name);

const services =
  /amap|gaode|map|lbs|geocod|location|sms|weather|hefeng|qweather|kdniao|kuaidi|express|logistic|openai|deepseek|dashscope|qianfan|wenxin|zhipu|glm|moonshot|kimi|hunyuan|ai|ocr|face|translate|juhe|tianapi|appcode/;
export const isServiceKeyName = ({ name, path }: NameFacts): boolean =>
  /^(?:app)?(?:key|code)$|apikey$|appkey$|appcode$|mapkey$|subkey$|accesstoken$|webservicekey$|^ak$|lbskey$|apisecret$|appcertificate$/.test(
    name,
  ) &&
  (name !== 'key' || services.test(path)) &&
  !/public|cache|storage/.test(name);
export const isServicePath = (path: string): boolean => services.test(path);

/** Django's and Flask's name for the key of sessions, in settings of Python. */
export const isFrameworkKey = ({ name, path }: NameFacts): boolean =>
  name === 'secretkey' && /^(?:app\.|config\.|app\.config\.)?secretkey$/.test(path);
