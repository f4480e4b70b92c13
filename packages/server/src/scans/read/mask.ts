import { masked } from '@menshen/scan/facts';

/** A quoted or assigned value that stands by a name which means a secret. */
const named =
  /((?:secret|passw(?:or)?d|passwd|pwd|token|api_?key|access_?key|private_?key|appsecret|credential)["'\w\s-]{0,20}[:=]\s{0,4})(["'`]?)([^\s"'`,;]{4,400})/gi;
/** Forms that prove themselves: long hexadecimal or base64, keys of clouds and code hosts, tokens in three parts. */
const forms =
  /\b(?:[0-9a-f]{32,}|AKI[AD][A-Za-z0-9]{12,}|LTAI[A-Za-z0-9]{12,}|gh[pousr]_[A-Za-z0-9]{20,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{4,}|[A-Za-z0-9+/]{40,}={0,2})/g;
const longest = 2_000;

/** A line of source as it may be shown when nobody has said which part of it is a credential. */
export function maskedLine(line: string): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(line)) return '••••';
  return line
    .slice(0, longest)
    .replace(named, (_all, before: string, quote: string, value: string) => `${before}${quote}${masked(value)}`)
    .replace(forms, (value) => masked(value));
}
