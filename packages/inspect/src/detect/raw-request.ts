import { createInspector, type HeadInput } from '../inspector.ts';
import { isRefusal, type Refusal } from '../refusal.ts';
import type { Detection } from './engine.ts';
import { type RawRequest, readLaxRequest } from './lax-request.ts';
import { isAttackLike, protocolFinding } from './protocol.ts';
import { blockAt, scoreOf, type Verdict } from './verdict.ts';

const strict = createInspector({
  bodyTypes: ['json', 'form', 'multipart', 'text', 'binary'],
  rawTypes: ['application/*', 'text/*', 'image/*', 'audio/*', 'video/*', 'font/*', 'multipart/*'],
  repeatable: true,
  emptyBody: true,
  numbers: 'double',
});

/**
 * Judges a request as received: what it is after, as the laxest backend would read it, and whether its form alone is an attack on the
 * difference between two readers. A form that is merely poor (no Content-Type, a header too many) is not held against it here; the
 * gateway refuses that with a code of its own.
 */
export function readRawRequest(request: RawRequest, detection: Detection): Verdict {
  const verdict = detection.inspect(readLaxRequest(request));
  const refusal = strictRefusal(request);
  if (refusal === null || !isAttackLike(refusal, request)) return verdict;
  return {
    ...verdict,
    action: 'block',
    score: Math.max(verdict.score, scoreOf(blockAt)),
    findings: [...verdict.findings, protocolFinding(refusal)],
  };
}

function strictRefusal({ method, target, headers, body }: RawRequest): Refusal | null {
  const question = target.indexOf('?');
  const head: HeadInput = {
    method,
    rawPath: question < 0 ? target : target.slice(0, question),
    rawQuery: question < 0 ? '' : target.slice(question + 1),
    headers,
  };
  const facts = strict.inspectHead(head);
  if (isRefusal(facts)) return facts;
  if (body === null || body.length === 0 || facts.contentType === undefined) return null;
  const bytes = facts.contentType.startsWith('multipart/') ? withLineEnds(body) : body;
  const read = strict.inspectBody({ contentType: facts.contentType, contentEncoding: facts.contentEncoding, bytes });
  // A compressed body that may grow large is read in its own time; records hold bodies in clear.
  return read instanceof Promise || !isRefusal(read) ? null : read;
}

/** Records of multipart bodies often lost the carriage returns, which says nothing about the client. */
function withLineEnds(body: Uint8Array): Uint8Array {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return bytes.includes('\r\n') ? bytes : Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}
