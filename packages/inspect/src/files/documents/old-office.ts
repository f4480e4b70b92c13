import { type Place, report } from '../cursor.ts';
import type { FileBytes } from '../model.ts';
import { readCompound } from './compound.ts';

const macros = /^(?:_VBA_PROJECT(?:_CUR)?|VBA|Macros|_SRP_\d{1,3}|PROJECTwm)$/i;
const readBytes = 1_048_576;

/** Looks in an Office file of the old form (or an embedded object) for macros, packaged files, encryption and dynamic data exchange. */
export async function scanCompound(source: FileBytes, place: Place): Promise<void> {
  const entries = await readCompound(source);
  if (entries === null) return report(place, 'upload.structure', 0);
  for (const entry of entries) {
    if (macros.test(entry.name)) report(place, 'upload.office_macro');
    else if (entry.name === '\x01Ole10Native') report(place, 'upload.office_package');
    else if (entry.name === 'EncryptedPackage' || entry.name === 'EncryptionInfo') report(place, 'upload.office_encrypted');
    else if (entry.name === 'Workbook' || entry.name === 'Book') scanWorkbook(await entry.read(readBytes), place);
    else if (entry.name === 'WordDocument') scanDocument(await entry.read(readBytes), place);
  }
}

/** Records of a workbook ([MS-XLS] 2.4): sheets that hold macros, names of other workbooks or programs, a password. */
function scanWorkbook(bytes: Buffer, place: Place): void {
  for (let at = 0; at + 4 <= bytes.length; ) {
    const type = bytes.readUInt16LE(at);
    const length = bytes.readUInt16LE(at + 2);
    // BoundSheet8: a macro sheet has the type 1.
    if (type === 0x85 && length >= 6 && bytes[at + 9] === 1) report(place, 'upload.office_macro', at);
    // SupBook with a program and a subject, parted by 0x03.
    if (type === 0x1ae && length > 6 && bytes.subarray(at + 4, at + 4 + length).includes(3) && bytes.readUInt16LE(at + 4) === 0)
      report(place, 'upload.office_dde', at);
    if (type === 0x2f && length >= 2) report(place, 'upload.office_encrypted', at);
    if (type === 0 && length === 0) return;
    at += 4 + length;
  }
}

/** A document ([MS-DOC] 2.5.1): a flag in its head says that it is encrypted. */
function scanDocument(bytes: Buffer, place: Place): void {
  if (bytes.length >= 12 && bytes.readUInt16LE(0) === 0xa5ec && (bytes.readUInt16LE(10) & 0x100) !== 0)
    report(place, 'upload.office_encrypted');
  if (isField(bytes)) report(place, 'upload.office_dde');
}

/** A field begins with 0x13; its code is 8-bit or UTF-16. */
function isField(bytes: Buffer): boolean {
  return (
    /\x13[ \t]{0,8}DDE(?:AUTO)?[ \t"\\]/i.test(bytes.toString('latin1')) ||
    /\x13[ \t]{0,8}DDE(?:AUTO)?[ \t"\\]/i.test(bytes.toString('utf16le'))
  );
}

/** Objects, templates and fields of a document in rich text format. */
const rtf = /\\(?:objdata|objupdate|objautlink|objlink|objemb|objocx)(?![a-z])/i;
const rtfTemplate = /\\\*\s{0,8}\\template\s{0,8}(?:https?:|ftp:|\\\\|file:)/i;

/** Looks in a text of rich text format for what it loads and runs. */
export function scanRichTextFormat(text: string, place: Place): void {
  const object = rtf.exec(text);
  if (object !== null) report(place, 'upload.office_package', object.index);
  const template = rtfTemplate.exec(text);
  if (template !== null) report(place, 'upload.office_external', template.index);
  const field = /\\\*\s{0,8}\\fldinst[^}]{0,200}?\bDDE(?:AUTO)?\b/i.exec(text);
  if (field !== null) report(place, 'upload.office_dde', field.index);
}
