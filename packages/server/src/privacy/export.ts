import { createHash } from 'node:crypto';
import type { ProofSigner } from '../keys/proof-signer.ts';
import type { BackendAnswer } from './backend-data.ts';
import type { HeldRow } from './holding.ts';
import { writeZip, type ZipFile } from './zip.ts';

/** Everything that is held of a person, by part of the platform. */
export interface ExportContent {
  readonly request: string;
  readonly uid: string;
  /** Name of the log, which names the platform. */
  readonly origin: string;
  readonly at: number;
  readonly parts: readonly { readonly name: string; readonly rows: readonly HeldRow[]; readonly cut: boolean }[];
  readonly backends: readonly BackendAnswer[];
  /** How the backend's own data was handed over, where not by file. */
  readonly note: string;
}

const instructions = `如何验证 / How to verify

1. 向平台索取公钥，并与 key.pem 比较：GET /api/v1/privacy/key
   Ask the platform for its public key and compare it with key.pem.
2. 验证清单的签名 / Verify the signature of the manifest (OpenSSL 3):
   openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig
3. 比较每个文件的 SHA-256 / Compare the SHA-256 of every file with manifest.json:
   sha256sum data/*.json

签名算法 Ed25519（RFC 8032）。时间为自 1970-01-01 起的毫秒数（UTC）。
The signature is Ed25519 (RFC 8032). Times are milliseconds since 1970-01-01 (UTC).
`;

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`, 'utf8');
const fileName = (text: string): string => text.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60) || 'part';

/** The copy that a person gets (PIPL article 45): a zip with a file for each part, and a signed manifest that a stranger can verify. */
export function buildExport(content: ExportContent, signer: ProofSigner): Buffer {
  const { request, uid, origin, at, parts, backends, note } = content;
  const data: ZipFile[] = [
    ...parts
      .filter(({ rows }) => rows.length > 0)
      .map(({ name, rows, cut }) => ({ name: `data/${fileName(name)}.json`, bytes: json({ part: name, rows, cut }) })),
    ...backends.map(({ app, body }) => ({ name: `data/backend-${fileName(app)}.json`, bytes: json({ app, data: body }) })),
  ];
  const files = data.map(({ name, bytes }) => ({
    name,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  const manifest = json({ type: 'menshen privacy export 1', platform: origin, request, person: uid, at, note, files });
  return writeZip(
    [
      { name: 'VERIFY.txt', bytes: Buffer.from(instructions, 'utf8') },
      { name: 'manifest.json', bytes: manifest },
      { name: 'manifest.sig', bytes: signer.sign(manifest) },
      { name: 'key.pem', bytes: Buffer.from(signer.publicKey, 'utf8') },
      ...data,
    ],
    at,
  );
}
