import { writeZip } from '../privacy/zip.ts';
import { escapeText, isoSeconds, xmlHead } from './xml.ts';

/** The earliest date that a zip entry can carry: every file of a package bears it, so that nothing of the clock gets into the bytes. */
const zipEpoch = Date.UTC(1980, 0, 1);

const office = 'http://schemas.openxmlformats.org/officeDocument/2006';
const packages = 'http://schemas.openxmlformats.org/package/2006';

export interface Part {
  readonly name: string;
  /** Media type; only for parts that are neither `.xml` of no type nor relationships. */
  readonly type?: string;
  readonly xml: string;
}

export interface PackageFacts {
  readonly title: string;
  readonly author?: string;
  readonly created?: number;
  readonly language: string;
  /** The part that the package is about, and what it refers to. */
  readonly main: string;
}

/** An OOXML package (ECMA-376 part 2): content types, relationships, properties and parts as stored zip entries in a fixed order. */
export function writePackage(facts: PackageFacts, parts: readonly Part[]): Uint8Array {
  const all: readonly Part[] = [
    {
      name: '_rels/.rels',
      xml: relationships([
        { type: `${office}/relationships/officeDocument`, target: facts.main },
        { type: `${packages}/relationships/metadata/core-properties`, target: 'docProps/core.xml' },
      ]),
    },
    {
      name: 'docProps/core.xml',
      type: 'application/vnd.openxmlformats-package.core-properties+xml',
      xml: coreProperties(facts),
    },
    ...parts,
  ];
  const types = all.flatMap(({ name, type }) =>
    type === undefined ? [] : [`<Override PartName="/${name}" ContentType="${type}"/>`],
  );
  const contentTypes = `${xmlHead}<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${types.join('')}</Types>`;
  const files = [{ name: '[Content_Types].xml', xml: contentTypes }, ...all];
  return writeZip(
    files.map(({ name, xml }) => ({ name, bytes: Buffer.from(xml, 'utf8') })),
    zipEpoch,
  );
}

/** A relationships part; ids are `rId1` and up, in the order given. */
export function relationships(list: readonly { readonly type: string; readonly target: string }[]): string {
  const entries = list.map(({ type, target }, at) => `<Relationship Id="rId${at + 1}" Type="${type}" Target="${target}"/>`);
  return `${xmlHead}<Relationships xmlns="${packages}/relationships">${entries.join('')}</Relationships>`;
}

function coreProperties({ title, author, created, language }: PackageFacts): string {
  const at = created === undefined ? '' : isoSeconds(created);
  const moments = ['created', 'modified'].map((name) =>
    at === '' ? '' : `<dcterms:${name} xsi:type="dcterms:W3CDTF">${at}</dcterms:${name}>`,
  );
  return (
    `${xmlHead}<cp:coreProperties xmlns:cp="${packages}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" ` +
    'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">' +
    `<dc:title>${escapeText(title)}</dc:title>` +
    (author === undefined ? '' : `<dc:creator>${escapeText(author)}</dc:creator>`) +
    `<dc:language>${escapeText(language)}</dc:language>${moments.join('')}</cp:coreProperties>`
  );
}
