import { parentOf, unitOf } from '../../flow/links.ts';
import type { State } from '../../flow/state.ts';
import { keyName, type Node } from '../../parse/ast.ts';
import { statesOf } from './trail.ts';

/** Fields of an uploaded file that the client writes; path, size and content are the server's own. */
const clientFields =
  /^(?:name|filename|fileName|originalname|originalFilename|originalName|mime|mimetype|mimeType|type|ext|extname|extension|encoding|fieldname)$/;

/** What one goes through on the way to them: the files of a request, by field or index. */
export const isUploadField = (name: string): boolean =>
  clientFields.test(name) ||
  !/^(?:path|filepath|filePath|tmpPath|size|hash|buffer|stream|data|lastModifiedDate|mtime|destination)$/.test(name);

/** Where the client's word is taken: the first read of such a field, which is what has to be mended. */
export function uploadPlace(state: State, otherwise: Node): Node {
  for (const { node } of statesOf(state)) {
    if (node.type === 'MemberExpression' && clientFields.test(keyName(node.property, node.computed) ?? '')) return node;
    const parent = parentOf(node);
    if (parent?.type === 'VariableDeclarator' && parent.init === node && parent.id.type === 'ObjectPattern') return parent;
  }
  return otherwise;
}

const filters = new WeakMap<Node, boolean>();

/**
 * Whether the file's name for multer stands beside filters that let only some endings through: every `multer({ … })` of the same file has one, and
 * the filters look at the name and not only at the type that the client claims.
 */
export function isFiltered(node: Node): boolean {
  const unit = unitOf(node);
  if (unit === undefined) return false;
  const known = filters.get(unit.program);
  if (known !== undefined) return known;
  const { text } = unit.file;
  const uses = text.match(/\bmulter\s{0,4}\(\s{0,40}\{/g)?.length ?? 0;
  const filtered = text.match(/\bfileFilter\s{0,4}(?:[:,}(]|$)/gm)?.length ?? 0;
  const endings =
    /(?:originalname[^;]{0,120}\.(?:test|includes|indexOf|has|match)\s?\(|\.(?:test|includes|indexOf|has)\s?\([^;]{0,60}(?:originalname|\bext(?:name|ension)?\b|\w{1,20}Ext(?:ension)?\b))/;
  const holds = uses > 0 && filtered >= uses && endings.test(text);
  filters.set(unit.program, holds);
  return holds;
}

/** Whether the data is the client's own word about a file and not the file. */
export const isClientWord = (state: State): boolean =>
  statesOf(state).some(
    ({ node }) => node.type === 'MemberExpression' && clientFields.test(keyName(node.property, node.computed) ?? ''),
  );
