import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { testTlsPair } from '../testing/tls-pair.ts';

/** A mail that arrived. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: string;
  /** By name in lower case, unfolded. */
  readonly headers: ReadonlyMap<string, string>;
  /** Its parts in clear: text, then HTML. */
  readonly parts: readonly string[];
}

export interface TestMailServer {
  readonly mails: ReceivedMail[];
  /** A `mail` channel of `notify` that sends through it. */
  readonly channel: { readonly id: string; readonly by: { readonly mail: object } };
  /** What receivers are refused with: an SMTP code and its text. */
  readonly refusals: Map<string, readonly [number, string]>;
  close(): Promise<void>;
}

/** A real SMTP server with TLS on loopback. */
export async function startMailServer(): Promise<TestMailServer> {
  const mails: ReceivedMail[] = [];
  const refusals = new Map<string, readonly [number, string]>();
  const smtp = new SMTPServer({
    ...{ secure: true, authOptional: true, logger: false, ...testTlsPair('first') },
    onRcptTo({ address }, _, done) {
      const said = refusals.get(address);
      return said === undefined ? done() : done(Object.assign(new Error(said[1]), { responseCode: said[0] }));
    },
    onData(stream, { envelope }, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => {
        mails.push(read(text, envelope.mailFrom === false ? '' : envelope.mailFrom.address, envelope.rcptTo[0]?.address ?? ''));
        done();
      });
    },
  });
  smtp.on('error', () => undefined);
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  const { port } = smtp.server.address() as AddressInfo;
  const ca = new URL('../testing/tls/first.cert.pem', import.meta.url).pathname;
  return {
    ...{ mails, refusals },
    channel: {
      id: 'mail',
      by: { mail: { host: 'localhost', port, ca, from: 'security@corp.example', to: ['security@corp.example'] } },
    },
    close: () => new Promise<void>((resolve) => smtp.close(() => resolve())),
  };
}

function read(text: string, from: string, to: string): ReceivedMail {
  const end = text.indexOf('\r\n\r\n');
  const lines = text
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const parts = [...text.matchAll(/Content-Transfer-Encoding: (base64|quoted-printable|7bit)\r\n\r\n([\s\S]*?)\r\n--/g)].map(
    ([, encoding, body = '']) => {
      if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
      if (encoding === '7bit') return body;
      const bytes = body
        .replace(/=\r\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString();
    },
  );
  return { from, to, headers, parts };
}
