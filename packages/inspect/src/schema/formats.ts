import { isChineseName, isFreeText, isHttpUrl, isId, isJsonText, isOpaqueToken, isShortText } from '../fields/formats-fields.ts';
import { isDay } from './calendar.ts';
import { isCnIdCard, isCnMobile } from './formats-cn.ts';

/** Decides a format. Every checker takes time linear in the text. */
export type StringFormat = (text: string) => boolean;

const dateParts = /^(\d{4})-(\d\d)-(\d\d)$/;
const timeParts = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[zZ]|([+-])(\d\d):(\d\d))$/;

/** RFC 3339 §5.6 `full-date`, a day that exists. */
function isDate(text: string): boolean {
  const match = dateParts.exec(text);
  return match !== null && isDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** RFC 3339 §5.6 `full-time`; second 60 only where leap seconds fall, at 23:59 UTC. */
function isTime(text: string): boolean {
  const match = timeParts.exec(text);
  if (match === null) return false;
  const [hour, minute, second, offsetHour, offsetMinute] = [match[1], match[2], match[3], match[5] ?? 0, match[6] ?? 0].map(
    Number,
  ) as [number, number, number, number, number];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const offset = (offsetHour * 60 + offsetMinute) * (match[4] === '-' ? -1 : 1);
  return (hour * 60 + minute - offset + 1_440) % 1_440 === 1_439;
}

/** RFC 3339 §5.6 `date-time`. */
function isDateTime(text: string): boolean {
  const separator = text[10];
  return (separator === 'T' || separator === 't') && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** As Chinese backends write a moment: day and time of day with a space between, no offset, the seconds may be missing. */
function isLocalDateTime(text: string): boolean {
  return text[10] === ' ' && isDate(text.slice(0, 10)) && /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$/.test(text.slice(11));
}

/** RFC 3339 appendix A, weeks alone or date and time in order. */
function isDuration(text: string): boolean {
  if (/^P\d+W$/.test(text)) return true;
  const time = text.indexOf('T');
  const dates = time < 0 ? text : text.slice(0, time);
  const times = time < 0 ? '' : text.slice(time);
  if (!/^P(?:\d+Y)?(?:\d+M)?(?:\d+D)?$/.test(dates) || text === 'P') return false;
  return time < 0 || (times !== 'T' && /^T(?:\d+H)?(?:\d+M)?(?:\d+S)?$/.test(times));
}

const atext = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+$/;
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** RFC 1123 §2.1, without a final dot. */
function isHostname(text: string): boolean {
  return text.length <= 253 && text.split('.').every((part) => label.test(part));
}

/** RFC 5321 §4.1.2 with a dot-string and a domain name of two labels or more; no quoted local part, no address literal. */
function isEmail(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (text.length > 254 || at < 1 || at > 64) return false;
  const domain = text.slice(at + 1);
  return (
    text
      .slice(0, at)
      .split('.')
      .every((part) => atext.test(part)) &&
    domain.includes('.') &&
    isHostname(domain)
  );
}

/** RFC 9562 §4. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Characters of RFC 3986 §2, and escapes that are whole. */
function isUriText(text: string): boolean {
  return (
    /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/.test(text) &&
    !/%(?![0-9A-Fa-f]{2})/.test(text) &&
    text.indexOf('#') === text.lastIndexOf('#')
  );
}

/** RFC 3986 §3: an absolute URI. The host is not resolved and may be anything. */
function isUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]{0,63}:./.test(text) && isUriText(text);
}

/** RFC 3986 §3.2.2: four decimal numbers without leading zeros, which some readers take for octal. */
function isIpv4(text: string): boolean {
  const parts = text.length <= 15 ? text.split('.') : [];
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

/** RFC 4291 §2.2, without zone. */
function isIpv6(text: string): boolean {
  if (text.length > 45 || !/^[0-9A-Fa-f:.]+$/.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [index, half] of halves.entries()) {
    const parts = half === '' && halves.length === 2 ? [] : half.split(':');
    for (const [place, part] of parts.entries()) {
      const last = index === halves.length - 1 && place === parts.length - 1;
      if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups += 1;
      else if (last && isIpv4(part)) groups += 2;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

/** RFC 4648 §4: Base64 with padding, and no set bits after the end. */
function isBase64(text: string): boolean {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return false;
  return !/[^AQgw]==$/.test(text) && !/[^AEIMQUYcgkosw048]=$/.test(text.replace(/==$/, ''));
}

/** RFC 6901 §3. */
function isJsonPointer(text: string): boolean {
  return (text === '' || text.startsWith('/')) && !/~(?![01])/.test(text);
}

/** What a string may be. Formats of draft 2020-12 §7.3 and of OpenAPI, and ours: for China, and the types of fields. */
export const stringFormats: Readonly<Record<string, StringFormat | true>> = {
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
  'local-date-time': isLocalDateTime,
  duration: isDuration,
  email: isEmail,
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  uri: isUri,
  'uri-reference': isUriText,
  uuid: (text) => uuid.test(text),
  'json-pointer': isJsonPointer,
  byte: isBase64,
  // Hints for people (OpenAPI 3.0 §4.4): any string.
  password: true,
  binary: true,
  'cn-mobile': isCnMobile,
  'cn-id-card': isCnIdCard,
  'cn-name': isChineseName,
  id: isId,
  'http-url': isHttpUrl,
  'opaque-token': isOpaqueToken,
  'short-text': isShortText,
  text: isFreeText,
  'json-text': isJsonText,
  // Cleaned before it is checked, and inspected as what it is.
  'rich-text': true,
  code: true,
};

const maxInt32 = 2_147_483_647;

/** What a number may be: OpenAPI 3.0 §4.4, and money. */
export const numberFormats: Readonly<Record<string, (value: number) => boolean>> = {
  int32: (value) => Number.isInteger(value) && value >= -maxInt32 - 1 && value <= maxInt32,
  // Whole numbers that a double cannot hold have been refused before.
  int64: (value) => Number.isInteger(value) && Math.abs(value) <= 2 ** 63,
  float: (value) => Number.isFinite(value),
  double: (value) => Number.isFinite(value),
  /** Money in fen: whole, not negative, exact in a double. */
  'amount-cents': (value) => Number.isSafeInteger(value) && value >= 0,
};
