import { parentOf } from '../../flow/links.ts';
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

/** Whether the data is the client's own word about a file and not the file. */
export const isClientWord = (state: State): boolean =>
  statesOf(state).some(
    ({ node }) => node.type === 'MemberExpression' && clientFields.test(keyName(node.property, node.computed) ?? ''),
  );
