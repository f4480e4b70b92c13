import * as z from 'zod';

const secret = z.string().min(1).max(16_384);
/** Id of a key on WeChat's page "API security". */
const sn = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'the id that WeChat shows beside the key');
const windowSeconds = z.int().min(30).max(3_600).default(300);
const base64Of = (bytes: 16 | 32) =>
  secret.regex(
    bytes === 32 ? /^[A-Za-z0-9+/]{43}=$/ : /^[A-Za-z0-9+/]{22}==$/,
    `base64 of ${bytes} bytes, as WeChat shows the symmetric key`,
  );
const pem = (what: string) =>
  secret.regex(/^-----BEGIN [A-Z0-9 ]+-----\r?\n[\s\S]+-----END [A-Z0-9 ]+-----\s*$/, `PEM of ${what}`);
const hexOf = (digits: 64 | 130, what: string) =>
  secret.regex(digits === 64 ? /^[0-9a-fA-F]{64}$/ : /^04[0-9a-fA-F]{128}$/, `${digits} hex digits: ${what}`);

/**
 * The keys of WeChat's page "API security": calls that support it are encrypted and signed, and their answers must be. Keys come by
 * `${ENV}` or `file:`.
 */
export const apiSecuritySchema = z.strictObject({
  symmetric: z.discriminatedUnion('algorithm', [
    z.strictObject({ algorithm: z.literal('AES256_GCM'), sn, key: base64Of(32) }),
    z.strictObject({ algorithm: z.literal('SM4_GCM'), sn, key: base64Of(16) }),
  ]),
  /** The app's own key pair, whose public half was given to WeChat. */
  signing: z.discriminatedUnion('algorithm', [
    z.strictObject({ algorithm: z.literal('RSAwithSHA256'), sn, privateKey: pem('an RSA private key') }),
    z.strictObject({ algorithm: z.literal('SM2withSM3'), sn, privateKey: hexOf(64, 'an SM2 private key') }),
  ]),
  /** WeChat's platform certificates: the new one beside the old while they are exchanged. */
  platform: z
    .array(
      z.discriminatedUnion('algorithm', [
        z.strictObject({ algorithm: z.literal('RSAwithSHA256'), sn, publicKey: pem('a certificate or an RSA public key') }),
        z.strictObject({ algorithm: z.literal('SM2withSM3'), sn, publicKey: hexOf(130, 'an SM2 public key, uncompressed') }),
      ]),
    )
    .min(1)
    .max(8),
  /** How far WeChat's clock may be from ours; WeChat does not publish its own window. */
  windowSeconds,
});

/** What notifications of WeChat Pay v3 are verified by; see the routes' `payment`. */
export const paySchema = z.strictObject({
  /** The merchant's APIv3 key, by `${ENV}` or `file:`. */
  apiV3Key: secret.regex(/^[\x21-\x7e]{32}$/, 'the 32 characters of the APIv3 key'),
  /** Platform certificates by their serial number, or the WeChat Pay public key by its `PUB_KEY_ID_…`. */
  platformKeys: z
    .array(
      z.strictObject({
        serial: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'a serial number as WeChat Pay writes it'),
        publicKey: pem('a certificate or an RSA public key'),
      }),
    )
    .min(1)
    .max(16),
  windowSeconds,
});

export type ApiSecurityConfig = z.output<typeof apiSecuritySchema>;
export type PayConfig = z.output<typeof paySchema>;

/** What WeChat logs of the mini program and the audit log takes over; nothing when absent. */
export const wechatLogsSchema = z.strictObject({
  /** Least level of the lines of `wx.getRealtimeLogManager()`. */
  level: z.enum(['off', 'info', 'warn', 'error']).default('warn'),
  scriptErrors: z.boolean().default(true),
});
