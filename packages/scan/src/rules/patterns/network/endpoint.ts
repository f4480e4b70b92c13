import { callsAround, type Literal, pathOf, plainName } from '../lexical/model.ts';

const requestCall =
  /(?:^|[.>])(?:request|requests|fetch|axios|curl|rp|got|ajax|superagent|connectSocket|uploadFile|downloadFile|WebSocket|SocketTask|getForObject|getForEntity|postForObject|postForEntity|exchange|urlopen|curl_init|file_get_contents|sendGet|sendPost|httpGet|httpPost|doGet|doPost|HttpGet|HttpPost|http_get|http_post|curlGet|curlPost|getJSON|requestUrl|OkHttpClient|Request)$/;
const verbCall =
  /(?:http|https|axios|request|requests|client|api|rest|curl|net|ajax|fly|wxp?|uni|util|\$)\w*[.>](?:get|post|put|patch|delete|del|request|send|upload|download)$/i;
const textCall =
  /(?:^|[.>])(?:indexOf|lastIndexOf|startsWith|endsWith|includes|replace|replaceAll|split|test|match|search|setClipboardData|showModal|showToast|log|info|warn|error|debug|push|require|import|RegExp|describe|it|expect)$/;

const display =
  /img|image|pic|avatar|icon|logo|cover|poster|photo|banner|thumb|src$|href|link|homepage|^website$|doc|author|licen[cs]e|xmlns|namespace|schema|repository|bugs|referer|origin|qrcode|share|help|about|font|video|audio|media|preview|text|content|desc|title|tip|message|note|page|redirect|jump|webview|example|feedurl|guid|namespaceuri|dtd|issuer/;
const endpointName =
  /api|base|root|server|host|domain|gateway|endpoint|request|upload|socket|service|backend|remote|^ws|wsurl|http|callback|addr|interface|rpc|webhook|hook|push/;
const settings =
  /(?:^|\/)[^/]*(?:config|conf|setting|env|constant|const|api|url|host|domain|http|request)[^/]*$|(?:^|\/)(?:config|conf|settings?|constants?|api)\/|\.(?:ya?ml|properties|env|ini|toml)$|(?:^|\/)\.env/i;
const development = /devserver|proxytable|(?:^|\.)proxy(?:\.|$)|(?:^|\.)(?:dev|local|mock)(?:\.|$)|localhost/;
/** Keys that only the options of a request have. */
const requestKeys = [
  'method',
  'header',
  'headers',
  'datatype',
  'responsetype',
  'contenttype',
  'json',
  'formdata',
  'timeout',
  'params',
];

/** How an address is used: by a request at hand, by a setting that requests are built from, or not for requests. */
export type Use = 'request' | 'setting' | null;

/** Calls that send something, as far as their names tell. */
const sends = String.raw`(?:^|[^\w])(?:request|fetch|ajax|axios|curl|rp|got|superagent|uploadFile|downloadFile|connectSocket|get|post|put)[\w.]{0,14}\s{0,4}\(`;

/** `var url = 'http://…'` before a request that names it: a few lines above, or anywhere in the file where it is a constant of the module. */
const soonRequested = (code: string, { end, name, scope }: Literal): boolean => {
  const next = code.slice(end, end + (scope === null ? 40_000 : 500));
  const known = name.replace(/\W/g, '');
  return known !== '' && next.includes(known) && new RegExp(`${sends}[^;]{0,240}\\b${known}\\b`).test(next);
};

export function useOf(literal: Literal, file: string, code: string): Use {
  const { relation, fullName, scope } = literal;
  if (relation === 'compared' || relation === 'element' || relation === 'none') return null;
  if (relation === 'argument') {
    if (textCall.test(fullName)) return null;
    if (/(?:^|[.>])URL$/.test(fullName)) return /\.(?:java|kt)$/.test(file) ? 'request' : null;
    return requestCall.test(fullName) || verbCall.test(fullName) ? 'request' : null;
  }
  const name = plainName(literal.name);
  const path = pathOf(literal).toLowerCase();
  if (display.test(name) || development.test(path)) return null;
  const calls = callsAround(literal);
  if (calls.some((call) => textCall.test(call))) return null;
  const keys = scope?.keys ?? new Set<string>();
  const options = requestKeys.some((key) => keys.has(key));
  if (/^(?:url|uri|href|baseurl|requesturl)$/.test(name)) {
    if (options || (calls[0] !== undefined && (requestCall.test(calls[0]) || verbCall.test(calls[0])))) return 'request';
    const parents = path.split('.').slice(0, -1).map(plainName);
    if (parents.length === 0 && soonRequested(code, literal)) return 'request';
    return settings.test(file) && !parents.some((parent) => display.test(parent)) && calls.length === 0 ? 'setting' : null;
  }
  if (endpointName.test(name)) return options ? 'request' : 'setting';
  if (/url$/.test(name) && soonRequested(code, literal)) return 'request';
  return /(?:url|uri|host|domain|site|address|path)$/.test(name) && settings.test(file) && calls.length === 0 ? 'setting' : null;
}
