/**
 * Calls of this client that WeChat takes encrypted and signed. Login and token endpoints are not among them, nor are uploads. Source:
 * WeChat, server interface signature; the pages of the single calls.
 */
export const securedPaths: readonly string[] = [
  '/wxa/business/getuserphonenumber',
  '/wxa/business/checkencryptedmsg',
  '/wxa/msg_sec_check',
  '/wxa/media_check_async',
  '/wxa/getuserriskrank',
  '/cgi-bin/soter/verify_signature',
  '/cgi-bin/message/subscribe/send',
  '/wxaapi/log/jserr_detail',
];
