import { decodeEntities } from '../decode/entities.ts';

const looked = 256;
const ignored = /[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]/g;
const scriptScheme = /^(?:feed:|view-source:|jar:|pcast:|url:)*(?:java|vb|live|j|ecma)script:|^mocha:|^(?:x-)?livescript:/;
const harmless = /^javascript:(?:void\(?0?\)?|false|\/\/)?;?$/;
const dataScheme =
  /^data:(?:text\/(?:html|xml|javascript|ecmascript|vbscript|css)|image\/svg|application\/(?:xhtml|xml|javascript|x-javascript)|[,;])/;

/** Nearly all addresses: neither a script nor a document of its own. */
const webAddress = /^https?:\/\//i;

/** What an address in an attribute does: runs script, carries a document that can, or neither. */
export function addressKind(value: string): 'script' | 'data' | null {
  if (webAddress.test(value)) return null;
  const plain = decodeEntities(value.slice(0, looked)).replace(ignored, '').toLowerCase();
  const bare = plain.replace(/^(?:\\x[0-9a-f]{2}){1,4}/, '').replace(/^[^a-z]{1,4}(?=[a-z]+script:)/, '');
  if (scriptScheme.test(bare)) return harmless.test(bare) ? null : 'script';
  return dataScheme.test(bare) ? 'data' : null;
}
