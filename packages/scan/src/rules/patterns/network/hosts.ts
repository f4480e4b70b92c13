/** What the host of an address says about it. */
export type HostKind = 'local' | 'placeholder' | 'namespace' | 'public';

const address = /^(?:https?|wss?):\/\/(?:[^\s/@?#]{0,200}@)?([^\s/:?#'"`\\)]{1,253})/i;
const local =
  /^(?:localhost|127(?:\.\d{1,3}){3}|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2}|0\.0\.0\.0|\[::1?\]|.*\.(?:local|localhost|lan|internal|intranet|docker))$/i;
const placeholder =
  /(?:^|\.)(?:example|test|invalid)(?:\.[a-z]{2,6})?$|^(?:www\.|api\.)?(?:x{2,}|y{3,}|a{3,}|your|my|domain|host|yourdomain|yoursite|mydomain|abc|aaa|foo|bar|demo|test|xx)[\w-]*\.|(?:^|[.-])(?:your|x{3,}|yourdomain|domain-?name)(?:[.-]|$)|[\u4e00-\u9fff<>{}*$]|^$/i;
const namespace =
  /(?:^|\.)(?:w3\.org|xmlsoap\.org|json-schema\.org|schema\.org|schemas\.[\w.-]+|mybatis\.org|springframework\.org|apache\.org|purl\.org|ogp\.me|java\.sun\.com|xmlns\.jcp\.org|adobe\.com|opensource\.org|gnu\.org|mozilla\.org)$/i;

export function hostOf(url: string): string | undefined {
  return address.exec(url)?.[1];
}

/** The kind of host of an address; undefined for what is no address, or one whose host is computed. */
export function hostKind(url: string): HostKind | undefined {
  const host = hostOf(url);
  if (host === undefined) return undefined;
  if (local.test(host) || !host.includes('.')) return 'local';
  if (placeholder.test(host)) return 'placeholder';
  return namespace.test(host) ? 'namespace' : 'public';
}

/** Hosts whose own interface demands a token in the query. */
export const demandsQueryToken =
  /weixin\.qq\.com|wechat|weixin|wx_?(?:url|api|host)|qyapi|api\.mch|aip\.baidubce|tcb-api|oapi\.dingtalk|open\.feishu|graph\.qq|cgi-bin|sns\//i;
