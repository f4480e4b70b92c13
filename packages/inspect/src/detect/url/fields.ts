/** Words of names under which an address is expected. */
const urlWords = [
  'url',
  'uri',
  'host',
  'redirect',
  'callback',
  'dest',
  'link',
  'target',
  'webhook',
  'proxy',
  'site',
  'domain',
  'feed',
  'endpoint',
  'image',
  'src',
  'href',
  'avatar',
  'logo',
  'cover',
  'poster',
];

export function takesAddress(name: string): boolean {
  return urlWords.some((word) => name.includes(word));
}

/** Names under which an address with its scheme belongs: a lone `localhost` there is no setting of a device. */
export function takesWholeAddress(name: string): boolean {
  return name.includes('url') || name.includes('uri') || name.includes('callback') || name.includes('redirect');
}

/** Names of parameters by which a server is told whom to call. */
const calledNames = [
  'callback',
  'webhook',
  'notify',
  'proxy',
  'dest',
  'upstream',
  'endpoint',
  'feed',
  'remote',
  'fetch',
  'origin',
];
/** Ends of names under which a name, a number, a choice or a word to look for stands, hardly ever an address. */
const plainNames = [
  'id',
  'ids',
  'no',
  'name',
  'code',
  'mobile',
  'phone',
  'tel',
  'email',
  'page',
  'size',
  'type',
  'status',
  'sort',
  'order',
  'token',
  'lang',
  'keyword',
  'keywords',
  'search',
];

/** Whether an inner address in a field of this name is there for the server to call. */
export function isMisplaced(name: string): boolean {
  if (calledNames.some((word) => name.includes(word))) return true;
  if (takesAddress(name)) return false;
  return plainNames.some((word) => name.endsWith(word));
}

/**
 * Names under which a server is told where something is, alone or at the end of others; what people share, preview or come from is called `url`, `link`
 * or `referrer`.
 */
const askedName =
  /(?:^|[_.-])(?:src|uri|target|site|domain|host|server|gateway|backend|service|import|download|load)(?:_?(?:url|uri|addr|address))?$|(?:src|uri|server|gateway|backend)$/;

/** Whether an address of the server itself in a field of this name is there to be asked for. */
export function isAsked(name: string): boolean {
  return name.length <= longestName && askedName.test(name);
}

const longestName = 64;

/** Whether a picture is expected under this name. */
export function takesPicture(name: string): boolean {
  return pictureNames.some((word) => name.includes(word));
}

const pictureNames = ['image', 'img', 'avatar', 'logo', 'cover', 'poster', 'icon', 'photo'];
