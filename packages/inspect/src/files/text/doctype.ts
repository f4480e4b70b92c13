import { mayLook, type Place, report } from '../cursor.ts';

const declaration = /<!ENTITY\s{1,40}(?:(%)\s{1,40})?([^\s%"'<>&]{1,80})\s{1,40}(?:(SYSTEM|PUBLIC)\b|"([^"]*)"|'([^']*)')/giy;
const maxEntities = 1_000;
/** Characters to which the entities of a document may grow, all their uses together. */
const maxExpansion = 4_194_304;
const known = /^https?:\/\/(?:www\.)?(?:w3\.org|apple\.com|inkscape\.org|sodipodi\.sourceforge\.net)\//i;

/** Looks at the document type declaration of XML: external entities and subsets, and entities that grow. `base` is where the text begins. */
export function scanDoctype(text: string, place: Place, base = 0): void {
  const doctype = /<!DOCTYPE/i.exec(text);
  const entities = new Map<string, string>();
  if (doctype !== null) externalSubset(text.slice(doctype.index, doctype.index + 2_000), place, base + doctype.index);
  const find = /<!ENTITY/gi;
  for (let match = find.exec(text); match !== null; match = find.exec(text)) {
    if (!mayLook(place)) return;
    declaration.lastIndex = match.index;
    const [whole, percent, name = '', external, double, single] = declaration.exec(text) ?? [];
    if (whole === undefined) {
      report(place, 'upload.xml_entity', base + match.index);
      continue;
    }
    const value = double ?? single ?? '';
    if (percent !== undefined || external !== undefined || /<|&#(?:x0*3c|0*60);|script:/i.test(value))
      report(place, 'upload.xml_entity', base + match.index);
    else if (entities.size >= maxEntities) report(place, 'upload.xml_expansion', base + match.index);
    else if (!entities.has(name)) entities.set(name, value);
    find.lastIndex = match.index + whole.length;
  }
  if (entities.size > 0 && grows(entities, text)) report(place, 'upload.xml_expansion', base + (doctype?.index ?? 0));
}

/** A subset that is loaded from elsewhere. Those that drawing programs name are known, and parsers hold them. */
function externalSubset(text: string, place: Place, at: number): void {
  const found =
    /^<!DOCTYPE\s{1,40}[^\s[>]{1,80}\s{1,40}(SYSTEM|PUBLIC\s{1,40}(?:"[^"]{0,300}"|'[^']{0,300}'))\s{0,40}(?:"([^"]{0,300})"|'([^']{0,300})')?/i.exec(
      text,
    );
  if (found === null) return;
  const address = (found[2] ?? found[3] ?? '').trim();
  if (address === '' || known.test(address)) return;
  const named = /^PUBLIC/i.test(found[1] ?? '') || !/^(?:[a-z][a-z0-9+.-]*:|\/|\\)/i.test(address);
  report(place, named ? 'upload.markup_remote' : 'upload.xml_entity', at);
}

/** How far the entities expand, each computed once; one that holds itself grows without end. */
function grows(entities: ReadonlyMap<string, string>, text: string): boolean {
  const lengths = new Map<string, number>();
  const lengthOf = (name: string, depth: number): number => {
    const before = lengths.get(name);
    if (before !== undefined) return before;
    const value = entities.get(name);
    if (value === undefined) return name.length + 2;
    if (depth > 40) return Number.POSITIVE_INFINITY;
    lengths.set(name, Number.POSITIVE_INFINITY);
    const length = expanded(value, (inner) => lengthOf(inner, depth + 1));
    lengths.set(name, length);
    return length;
  };
  for (const name of entities.keys()) if (lengthOf(name, 0) > maxExpansion) return true;
  return expanded(text, (name) => lengths.get(name) ?? 0) - text.length > maxExpansion;
}

function expanded(text: string, lengthOf: (name: string) => number): number {
  let length = text.length;
  for (const match of text.matchAll(/&([^\s;&<>#"']{1,80});/g)) {
    length += lengthOf(match[1] ?? '');
    if (length > maxExpansion + text.length) return Number.POSITIVE_INFINITY;
  }
  return length;
}
