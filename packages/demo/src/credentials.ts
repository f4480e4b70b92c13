/**
 * The accounts of the demonstration company at WeChat and WeCom. The emulator accepts them and nobody else does: they are not secret, and
 * their form says so. In a real deployment the secrets stand in the environment or in files (`examples/menshen.yaml` shows it).
 */
export const demoAccounts = {
  /** The id that WeChat's tools take for a project without an account of its own. */
  appid: 'touristappid',
  appSecret: 'emulator-only-app-secret',
  push: { token: 'emulatorOnlyPushToken', aesKey: 'emulatorOnlyPushAesKey000000000000000000000' },
  /** A mini program of another company on the same emulator: its login codes are foreign to us. */
  neighbour: { appid: 'neighbourappid', secret: 'emulator-only-neighbour-secret' },
  corpid: 'wwdemodingtai',
  agentid: 1_000_002,
  agentSecret: 'emulator-only-agent-secret',
  contactsSecret: 'emulator-only-contacts-secret',
  callback: { token: 'emulatorOnlyContactToken', aesKey: 'emulatorOnlyContactAesKey000000000000000000' },
  /** Group of the security team, which gets its notices by a webhook. */
  securityGroup: { key: 'emulator-only-webhook-key', name: '安全值班群' },
  /** An account at Tencent Cloud SMS. */
  sms: {
    secretId: 'emulatorOnlySecretId',
    secretKey: 'emulator-only-sms-key',
    sdkAppId: '1400000000',
    signName: '鼎泰云商',
    templates: { zh: '100001', en: '100002' },
  },
} as const;
