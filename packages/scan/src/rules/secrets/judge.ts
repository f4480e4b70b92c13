import { callsAround, type Literal, pathOf, plainName } from '../patterns/lexical/model.ts';
import { isBearer } from './bearer.ts';
import type { SecretKind } from './kinds.ts';
import {
  besideConnection,
  factsOf,
  isAesKeyName,
  isAppSecretName,
  isCloudIdName,
  isCloudName,
  isCloudPath,
  isCloudSecretName,
  isDatabasePath,
  isFrameworkKey,
  isMailPath,
  isMerchantKeyName,
  isPasswordName,
  isPushTokenName,
  isServiceKeyName,
  isServicePath,
  isSigningName,
  isWeChatPath,
  type NameFacts,
  saysSecret,
} from './names.ts';
import { isExample, isPlaceholder, isTemplate } from './placeholder.ts';
import {
  findShapes,
  isAppSecretValue,
  isCloudSecretValue,
  isKeyBody,
  isMerchantKeyValue,
  isServiceKeyValue,
  type ShapeKind,
} from './shapes.ts';

/** What is known of the file around a literal. */
export interface Surroundings {
  /** The file signs or verifies tokens. */
  readonly tokens: boolean;
  readonly python: boolean;
  /** Settings of Egg or Midway, by the file's place: what they name `keys` signs cookies. */
  readonly settings: boolean;
  /** The file speaks of a merchant's payments. */
  readonly merchant: boolean;
  /** The file checks the signature of pushed messages. */
  readonly push: boolean;
  /** The file calls a map, weather, robot or similar service. */
  readonly services: boolean;
  /** An appid (`wx` and 16 hexadecimal digits) stands within five lines. */
  readonly appIdNear: (offset: number) => boolean;
}

export interface Judgement {
  readonly kind: SecretKind;
  /** Offsets in the file. */
  readonly start: number;
  readonly end: number;
  /** The value's form alone proves it: it counts in comments, libraries and minified code too. */
  readonly certain: boolean;
  /** Only used where a setting is missing. */
  readonly fallback: boolean;
}

const shapeKinds: Record<ShapeKind, SecretKind> = {
  cloudId: 'cloudId',
  cloudSecret: 'cloudSecret',
  lbsKey: 'mapKey',
  modelKey: 'modelKey',
  googleKey: 'serviceKey',
  hostToken: 'hostToken',
  pem: 'privateKey',
  keyBody: 'privateKey',
  urlPassword: 'connectionUrl',
  urlSecret: 'appSecret',
  urlClientSecret: 'otherSecret',
  urlServiceKey: 'mapKey',
  bearer: 'bearer',
  appCode: 'serviceKey',
};

/** Names outside this cannot mean a credential: a cheap look before the exact ones. */
const hint =
  /certificate|s[ec]{1,3}r[ec]{1,3}t|screat|secert|se[cr]cet|key|pass|pwd|pw$|token|auth|appcode|jwt|salt|signature|encoding|^[as]k$|define|set[A-Z]|MapWX|^ak$|sequelize|initialize|init$|session|strategy|sign|verify|hmac|encode|decode|wechat|wx|weixin/i;
const signCall =
  /(?:^|\.|>|:)(?:sign|verify|signAsync|verifyAsync|encode|decode|HMAC(?:256|384|512)|setSigningKey|signWith|hmacShaKeyFor|HmacSHA256)$/;
const tokenCall = /jwt|jsonwebtoken|jws|token|algorithm|hmac(?:256|384|512)$|setsigningkey|signwith|hmacshakeyfor/i;

/** Whether a literal is a credential, and of which kind; by form first, by name after. */
export function judge(literal: Literal, around: Surroundings): Judgement | null {
  const { value, start, relation } = literal;
  if (value.length < 3 || relation === 'compared') return null;
  for (const shape of findShapes(value)) {
    if (shape.kind === 'bearer' && !isBearer(literal, value.slice(shape.start, shape.start + shape.length))) continue;
    if (
      shape.kind === 'urlPassword' &&
      /localhost|127\.0\.0\.1/.test(value) &&
      /:(?:root|password|postgres|admin|123456)@/.test(value)
    )
      continue;
    return {
      kind: shapeKinds[shape.kind],
      start: start + shape.start,
      end: start + shape.start + shape.length,
      certain: shape.kind !== 'urlPassword' && shape.kind !== 'bearer',
      fallback: false,
    };
  }
  if ((literal.partial && relation !== 'joined' && !isKeysWithHole(literal)) || !hint.test(literal.fullName)) return null;
  const kind = kindByName(literal, around);
  return kind === null
    ? null
    : {
        kind,
        start,
        end: literal.end,
        certain: kind === 'appSecret' || kind === 'merchantKey',
        fallback: relation === 'fallback',
      };
}

const nameHole = /\$\{\w{1,30}\.name\}/;
/** ``config.keys = `${appInfo.name}_1578…` ``: the name of a project is known to everybody who knows the project, and the rest is written there. */
const isKeysWithHole = ({ name, value, relation, inComment }: Literal): boolean =>
  relation === 'assigned' &&
  !inComment &&
  /^(?:app_?)?keys$/i.test(name) &&
  nameHole.test(value) &&
  /^[\w.,-]{6,}$/.test(value.replaceAll(new RegExp(nameHole, 'g'), ''));

function kindByName(literal: Literal, around: Surroundings): SecretKind | null {
  const { value, name, relation } = literal;
  if (relation === 'argument') return kindByCall(literal, around);
  if (name === '') return null;
  const facts = factsOf(name, pathOf(literal));
  if (relation === 'joined') return /^(?:keys|appkeys)$/.test(facts.name) && value.length >= 8 ? 'signingKey' : null;
  if (relation === 'element')
    return /(?:^|app)keys$|cookiekeys$/.test(facts.name) &&
      (!/[\s.]/.test(value) || (/(?:^|\.)(?:app|config)\.keys$/.test(pathOf(literal).toLowerCase()) && !literal.inComment)) &&
      value.length >= 4 &&
      isKeysHolder(literal) &&
      !isTemplate(value)
      ? 'signingKey'
      : null;
  if (relation === 'none') return null;
  if (isKeysWithHole(literal)) return 'signingKey';
  if (isTemplate(value)) return null;
  if (around.settings && facts.path === 'keys' && !literal.inComment && /^[\w.,@#$%^&*+=-]{6,}$/.test(value)) return 'signingKey';
  const calls = callsAround(literal);
  if (/^(?:secret|secretorkey|secretorprivatekey|keys|cookiesecret)$/.test(facts.name) && isKeyHolder(calls[0]))
    return value.length < 80 && !isHole(value) && !literal.inComment ? 'signingKey' : null;
  if (/\s/.test(value) && value.length < 200) return null;
  const keys = literal.scope?.keys ?? new Set<string>();
  if (around.python && isFrameworkKey(facts) && !literal.inComment && !isHole(value)) return 'signingKey';
  if (isSigningName(facts)) return signingKind(value, facts, literal);
  if (isAppSecretName(facts) && isAppSecretValue(value))
    return around.tokens && !isWeChatPath(facts.path) && !around.appIdNear(literal.start) ? 'signingKey' : 'appSecret';
  if (
    around.tokens &&
    !literal.inComment &&
    /^(?:secret|secretkey|jwtkey|jwtsecret|signature|key)$/.test(facts.name) &&
    !besideCloudKey(keys) &&
    (facts.name !== 'key' || literal.scope === null) &&
    (isConstant(literal) || literal.relation === 'fallback') &&
    value.length >= 4 &&
    (!isExample(value) || (literal.relation === 'fallback' && value.length >= 8))
  )
    return 'signingKey';
  // `{ secret, cookie: { … }, timeout }`: the options of a session, in whatever file.
  if (
    facts.name === 'secret' &&
    ['cookie', 'resave', 'saveuninitialized', 'maxage', 'rolling'].some((key) => keys.has(key)) &&
    value.length >= 4 &&
    !literal.inComment &&
    !isHole(value)
  )
    return 'signingKey';
  if (/corpsecret|agentsecret|contactsecret/.test(facts.name) && isServiceKeyValue(value)) return 'appSecret';
  if (isMerchantKeyName(facts) && isMerchantKeyValue(value)) return 'merchantKey';
  if (
    /^(?:ak|key|subkey)$/.test(facts.name) &&
    /(?:AMapWX|QQMapWX|BMapWX|BMap)$/.test(calls[0] ?? '') &&
    isServiceKeyValue(value)
  )
    return 'mapKey';
  if (facts.name === 'key' && around.merchant && isConstant(literal) && isMerchantKeyValue(value)) return 'merchantKey';
  if (
    facts.name === 'key' &&
    [...keys].some((key) => /^(?:mch_?id|partnerid|merchantid)$/.test(key)) &&
    isMerchantKeyValue(value)
  )
    return 'merchantKey';
  if (isKeyBody(value) && !/public/.test(facts.name)) return 'privateKey';
  if (isCloudSecretName(facts) || isCloudName(facts))
    return isCloudSecretValue(value)
      ? cloudContext(facts, keys)
        ? 'cloudSecret'
        : isRandom(value)
          ? 'otherSecret'
          : null
      : null;
  if (isCloudIdName(facts) && isCloudSecretValue(value) && cloudContext(facts, keys) && !/id$/.test(facts.name))
    return 'cloudSecret';
  if (isPasswordName(facts) || (facts.name === 'auth' && isDatabasePath(facts.path)))
    return passwordKind(
      value,
      facts,
      keys,
      calls.some((call) => /createTransport|nodemailer/i.test(call)),
    );
  if (isAesKeyName(facts)) return /^[A-Za-z0-9]{43}$/.test(value) && !isPlaceholder(value) ? 'pushKey' : null;
  if (
    isPushTokenName(facts) ||
    (facts.name === 'token' && (besidePush(keys) || (around.push && isConstant(literal) && !keys.has('token'))))
  )
    return /^[A-Za-z0-9_-]{3,64}$/.test(value) && !isExample(value) ? 'pushToken' : null;
  if (isServiceKeyName(facts) && isServiceKeyValue(value) && (value.length >= 24 || isServicePath(facts.path)))
    return serviceKind(facts);
  if (around.services && /^(?:ak|key|appkey|apikey|tk)$/.test(facts.name) && isServiceKeyValue(value) && value.length >= 24)
    return 'serviceKey';
  if (
    saysSecret(facts.name) &&
    !/id$|name$|path$|file$|url$|type$|version$/.test(facts.name) &&
    isServiceKeyValue(value) &&
    value.length >= 20
  )
    return 'otherSecret';
  return null;
}

/** Options of what signs sessions and tokens: `session({ secret })`, `koajwt({ secret })`. */
const isKeyHolder = (call: string | undefined): boolean =>
  call !== undefined &&
  /(?:^|[.>])(?:session|cookieSession|cookieParser|koajwt|koaJwt|jwtKoa|expressjwt|expressJwt|jwt|JwtModule\.register|register|Strategy|JwtStrategy)$/.test(
    call,
  );

/** A value that asks to be replaced. Anything else works, so it is a key, however weak. */
const isHole = (value: string): boolean =>
  isTemplate(value) || /\byour|replace|placeholder|example|change[-_ ]?(?:me|it|this)|^x+$/i.test(value);

const besideCloudKey = (keys: ReadonlySet<string>): boolean =>
  ['accesskey', 'accesskeyid', 'secretid', 'bucket', 'ak'].some((key) => keys.has(key));

const besidePush = (keys: ReadonlySet<string>): boolean =>
  keys.has('encodingaeskey') ||
  keys.has('aeskey') ||
  ((keys.has('appid') || keys.has('corpid')) && (keys.has('appsecret') || keys.has('secret') || keys.has('encryptmode')));

function signingKind(value: string, { name, path }: NameFacts, literal: Literal): SecretKind | null {
  if (/^https?:|^\/|^[A-Z][A-Za-z-]+-Token$/.test(value) || literal.inComment) return null;
  if (value.length < 4 && !(/secret/.test(name) && /jwt/.test(path))) return null;
  // Typed without meaning is no excuse here: the program runs with that key. So it does with a default that asks to be replaced.
  if (isHole(value) && !(literal.relation === 'fallback' && !isTemplate(value) && value.length >= 8)) return null;
  // `sessionKey: 'session_key'` names a place in a store; `session: { key: 'EGG_SESS' }` names a cookie.
  if (plainName(value) === name || (name === 'key' && namesCookie(value, path))) return null;
  return /(?:token|session|cookie|auth)key$/.test(name) && !/jwt|config|secret/.test(path) && !/\d/.test(value)
    ? null
    : 'signingKey';
}

function namesCookie(value: string, path: string): boolean {
  const parent = path.split('.').at(-2) ?? '';
  return /(?:session|cookie|sess)$/.test(parent) && !/\d/.test(value) && value.length < 24;
}

/** `const secret = '…'`, `private static final String SECRET = "…"`: no member of a larger object, no local of a function. */
const isConstant = ({ scope, relation }: Literal): boolean =>
  (relation === 'assigned' || relation === 'fallback') &&
  (scope === null || scope.open === '{') &&
  (scope === null || scope.name === '' || /secret|jwt|token/i.test(scope.name));

function isKeysHolder(literal: Literal): boolean {
  const path = pathOf(literal).toLowerCase();
  return (
    /app\.keys|config\.keys|cookie|koa/.test(path) ||
    (/(?:^|\.)keys\.keys$/.test(path) === false && /(?:^|\.)(?:app|config|session)/.test(path))
  );
}

function kindByCall(literal: Literal, around: Surroundings): SecretKind | null {
  const { value, fullName, argument } = literal;
  const call = fullName;
  if (
    signCall.test(call) &&
    tokenCall.test(call) &&
    !/\s/.test(value) &&
    value.length >= 1 &&
    !/^(?:[HR]S|ES)(?:256|384|512)$|^x{3,}$|^[0-9]+[smhd]$/.test(value)
  ) {
    if (/HMAC|signingKey|hmacSha/i.test(call) ? argument === 0 : argument === 1) return 'signingKey';
  }
  if (/(?:^|[.>])Sequelize$/.test(call) && argument === 2)
    return value.length >= 3 && !isExample(value) ? 'databasePassword' : null;
  if (/(?:^|\.)(?:Bmob\.initialize|AV\.init|LC\.init)$/.test(call) && argument === 1 && isServiceKeyValue(value))
    return 'serviceKey';
  if (/^define$/.test(call) || isTemplate(value) || /\s/.test(value)) return null;
  const setter = /(?:^|\.|>)set([A-Z]\w{2,40})$/.exec(call)?.[1];
  if (setter !== undefined && argument === 0) {
    const facts = factsOf(setter, setter);
    if (isAppSecretName(facts) && isAppSecretValue(value)) return 'appSecret';
    if (isMerchantKeyName(facts) && isMerchantKeyValue(value)) return 'merchantKey';
    if ((isCloudSecretName(facts) || isCloudName(facts)) && isCloudSecretValue(value)) return 'cloudSecret';
    if (isPasswordName(facts) && /datasource|ds\.|druid|jedis|redis|pool|config|mail/i.test(call) && !isPlaceholder(value))
      return 'databasePassword';
  }
  if (/(?:AMapWX|QQMapWX|BMapWX)$/.test(call) && isServiceKeyValue(value)) return 'mapKey';
  return around.appIdNear(literal.start) &&
    isAppSecretValue(value) &&
    callsAround(literal).some((name) => /wechat|wx|weixin|auth|oauth/i.test(name))
    ? 'appSecret'
    : null;
}

function cloudContext({ path, name }: NameFacts, keys: ReadonlySet<string>): boolean {
  const beside = ['secretid', 'accesskey', 'accesskeyid', 'bucket', 'bucketname', 'region', 'endpoint', 'appid', 'domain', 'ak'];
  return isCloudPath(path) || name.length > 9 || beside.some((key) => keys.has(key));
}

function passwordKind(value: string, facts: NameFacts, keys: ReadonlySet<string>, ofMail: boolean): SecretKind | null {
  if (value.length > 80 || /^(?:required|text|number|idcard|\[.*\])$/i.test(value) || /[\u4e00-\u9fff\s]/.test(value))
    return null;
  const connection = isDatabasePath(facts.path) || besideConnection(keys);
  if (!connection && !ofMail && !isMailPath(facts.path)) return null;
  if (/\.|type|rule|label|placeholder|message/.test(facts.name)) return null;
  if (isExample(value) || /^([a-z])\1+$|^(?:asd|qwe|zxc|sdf)[asdfqwezxc]*$/i.test(value)) return null;
  return 'databasePassword';
}

/** 64 hexadecimal digits: nobody types those, and no identifier has as many. */
const isRandom = (value: string): boolean => /^[0-9a-f]{64}$/i.test(value) && isServiceKeyValue(value);

const serviceKind = ({ path }: NameFacts): SecretKind => (/map|amap|gaode|lbs|location/.test(path) ? 'mapKey' : 'serviceKey');
