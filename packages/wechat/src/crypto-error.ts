const messages = {
  session_key_invalid: 'the session key is not the base64 text of 16 bytes',
  user_data_unreadable: 'the user data cannot be read with this session key',
  user_data_foreign_appid: 'the user data is marked for another app',
  user_data_stale: 'the user data is outside the accepted time window',
  encoding_aes_key_invalid: 'the EncodingAESKey is not 43 base64 characters',
  random_source_invalid: 'the random source did not return the number of bytes asked for',
  message_signature_invalid: 'the message signature does not match',
  message_unreadable: 'the message cannot be decrypted',
  message_foreign_receiver: 'the message is addressed to another receiver',
  message_too_large: 'the message exceeds the size limit',
  message_xml_invalid: 'the message is not acceptable XML',
  user_key_invalid: 'the user encryption key or iv has the wrong form',
  user_ciphertext_unreadable: 'the data cannot be read with this user encryption key',
  public_key_invalid: 'the public key is not an RSA key in PEM form',
  api_key_invalid: 'a key of the API security or of WeChat Pay has the wrong form',
  pay_resource_unreadable: 'the resource cannot be read with this APIv3 key',
  soter_result_invalid: 'the SOTER result is not of the documented form',
} as const;

export type WechatCryptoErrorCode = keyof typeof messages;

/**
 * A cryptographic or format check failed. `code` is stable; the text is fixed per code and never holds input, keys or
 * plaintext. All ways in which a ciphertext can be broken share one code, so that an answer made from it is no padding oracle.
 */
export class WechatCryptoError extends Error {
  override readonly name = 'WechatCryptoError';
  readonly code: WechatCryptoErrorCode;

  constructor(code: WechatCryptoErrorCode) {
    super(messages[code]);
    this.code = code;
  }
}
