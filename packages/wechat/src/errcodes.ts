/** The codes of WeChat and WeCom on which code of ours decides. Source: the error tables of the platforms' own pages. */
export const errcodes = {
  ok: 0,
  systemBusy: -1,
  /** access_token invalid or not the latest; at the token endpoint: wrong secret. */
  invalidCredential: 40001,
  invalidOpenid: 40003,
  invalidAppid: 40013,
  invalidAccessToken: 40014,
  /** The code is unknown or older than five minutes. */
  invalidCode: 40029,
  invalidAppsecret: 40125,
  /** The code was used before. */
  codeUsed: 40163,
  addressNotAllowed: 40164,
  /** WeChat judges the user high-risk and blocks the login. */
  codeBlocked: 40226,
  accessTokenExpired: 42001,
  /** The user has refused or withdrawn the subscription. */
  subscriptionRefused: 43101,
  dailyQuota: 45009,
  minuteQuota: 45011,
  /** No session_key for this user, or an expired one. */
  sessionKeyMissing: 87007,
  invalidSignature: 87009,
  invalidWebhook: 93000,
} as const;
