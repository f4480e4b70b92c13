import { mayLook, type Place, report } from '../cursor.ts';
import { attributeText, bareAddress } from '../text/addresses.ts';
import { formulaRule } from '../text/formulas.ts';
import { readFileTags } from '../text/tags.ts';

/** Parts of an Office file by what their names say (ECMA-376). */
export function officeNameRule(name: string): string | null {
  if (/(?:^|\/)(?:vbaproject\.bin|vbadata\.xml|vbaprojectsignature\w{0,10}\.bin)$/.test(name)) return 'upload.office_macro';
  if (/^xl\/(?:macrosheets|dialogsheets)\//.test(name)) return 'upload.office_macro';
  return /(?:^|\/)activex\w{0,8}(?:\/|$)/.test(name) ? 'upload.office_active' : null;
}

/** Which parts are read first, and as texts; null for others. */
export function officeOrder(name: string): number | null {
  if (name.endsWith('.rels') || name === '[content_types].xml') return 0;
  if (/^xl\/(?:externallinks|workbook)/.test(name) || name.startsWith('word/settings')) return 1;
  if (/^word\/[^/]{1,80}\.xml$/.test(name) || /^ppt\/slides\/[^/]{1,80}\.xml$/.test(name)) return 2;
  return name.endsWith('.xml') || name.endsWith('.vml') ? 3 : null;
}

const loaded = /\/(?:attachedTemplate|oleObject|frame|subDocument|aFChunk|package|control|mailMergeSource|officeDocument)$/;
const elsewhere = /^(?:https?:|ftp:|mhtml:|ms-[a-z-]{2,20}:|search-ms:|\\\\|\/\/)/;

/** Whether a target lies on another machine: a share is one, also where it is written as a file. */
function isAway(target: string): boolean {
  const file = /^file:([\\/]{0,20})(.{0,3})/.exec(target);
  if (file === null) return elsewhere.test(target);
  const [, slashes = '', begin = ''] = file;
  return !/^[a-z][:|]/.test(begin) && slashes.length !== 3 && slashes.length > 1;
}

/** Looks in the text of a part for what an Office program would load or start. */
export function scanOfficePart(text: string, name: string, place: Place): void {
  const entity = /<!(?:DOCTYPE|ENTITY)/i.exec(text);
  if (entity !== null) report(place, 'upload.xml_entity', entity.index);
  if (name.endsWith('.rels')) return scanRelationships(text, place);
  if (name === '[content_types].xml') {
    const found = /ContentType\s{0,8}=\s{0,8}["'][^"']{0,200}?(?:macroEnabled|vbaProject|intlmacrosheet|macrosheet)/i.exec(text);
    if (found !== null) report(place, 'upload.office_macro', found.index);
    return;
  }
  if (name.startsWith('word/')) scanFields(text, place);
  if (name.startsWith('xl/')) scanSheet(text, place);
  if (name.startsWith('ppt/')) {
    const action = /action\s{0,8}=\s{0,8}["']ppaction:\/\/(?:program|macro|ole)/i.exec(text);
    if (action !== null) report(place, 'upload.office_macro', action.index);
  }
}

function scanRelationships(text: string, place: Place): void {
  readFileTags(text, place, true, ({ name, at, attributes }) => {
    if (name !== 'relationship') return;
    const of = (wanted: string): string => attributes.find(([attribute]) => attribute === wanted)?.[1] ?? '';
    const type = attributeText(of('type'));
    if (/\/(?:vbaProject|wordVbaData|xlMacrosheet|xlIntlMacrosheet)$/.test(type)) report(place, 'upload.office_macro', at);
    if (attributeText(of('targetmode')).toLowerCase() !== 'external') return;
    const target = bareAddress(of('target'));
    const away = isAway(target);
    if (type.endsWith('/hyperlink')) {
      // What is typed as a link to a page is ordinary; what starts a handler of the system is not.
      if (
        (/^(?:javascript|vbscript|mhtml|ms-[a-z-]{2,20}|search-ms|shell):/.test(target) ||
          (/^(?:file:|\\\\)/.test(target) && away)) &&
        !/^ms-(?:word|excel|powerpoint):/.test(target)
      )
        report(place, 'upload.office_external', at);
    } else if (loaded.test(type)) report(place, away ? 'upload.office_external' : 'upload.office_link', at);
    else report(place, 'upload.office_link', at);
  });
}

/** The code of a field may be cut into many runs: they are put together. */
function scanFields(text: string, place: Place): void {
  let code = '';
  for (const match of text.matchAll(
    /<w:(?:instrText|delInstrText)(?:\s[^>]{0,200})?>([^<]{0,400})<|w:instr\s{0,4}=\s{0,4}"([^"]{0,400})"|<w:fldChar\s/g,
  )) {
    if (!mayLook(place)) return;
    const piece = match[1] ?? match[2];
    if (piece === undefined) code += ' ';
    else code += match[2] === undefined ? piece : ` ${piece} `;
    if (/(?:^|[\s\x13])DDE(?:AUTO)?\s{1,20}[\w"&\\]/i.test(code)) return report(place, 'upload.office_dde', match.index);
    if (/(?:^|\s)INCLUDE(?:TEXT|PICTURE)\s{1,20}(?:"|&quot;)?\s{0,4}(?:https?:|\\\\|file:)/i.test(code))
      report(place, 'upload.office_link', match.index);
    code = code.slice(-400);
  }
}

function scanSheet(text: string, place: Place): void {
  const exchange = /<(?:\w{1,10}:)?ddeLink[\s>]/i.exec(text);
  if (exchange !== null) report(place, 'upload.office_dde', exchange.index);
  const opened = /<definedName\s[^>]{0,200}?name\s{0,4}=\s{0,4}"(?:_xlnm\.)?Auto_?(?:Open|Close|Activate)/i.exec(text);
  if (opened !== null) report(place, 'upload.office_macro', opened.index);
  for (const match of text.matchAll(/<f(?:\s[^>]{0,200})?>([^<]{1,2000})</g)) {
    const code = match[1] ?? '';
    // Formulas that only compute are what tables are for: a look costs what names calls or programs.
    if (!/[|]|WEBSERVICE|CALL|REGISTER|EXEC|RTD|DDE|HYPERLINK|IMAGE/i.test(code)) continue;
    if (!mayLook(place, 16)) return;
    if (formulaRule(`=${attributeText(code)}`, 0) === 'upload.formula_command')
      return report(place, 'upload.formula_command', match.index);
  }
}
