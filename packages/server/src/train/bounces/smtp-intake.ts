import { createServer, type Server, type Socket } from 'node:net';
import type { MenshenError } from '@menshen/contract';
import { mostReportBytes } from './report.ts';

export interface SmtpIntakeParts {
  readonly host: string;
  readonly port: number;
  /** Name with which it greets. */
  readonly name: string;
  /** Whether an address may talk to it at all. */
  readonly allows: (address: string) => boolean;
  readonly expects: (recipient: string) => Promise<boolean>;
  /** Throws MenshenError for what is no report of ours. */
  readonly take: (message: Uint8Array, recipient: string) => Promise<unknown>;
}

export interface SmtpIntake {
  readonly port: number;
  close(): Promise<void>;
}

const mostConnections = 20;
const idleMs = 60_000;
const refusedMs = 2_000;
/** Of a whole connection: a report takes seconds. */
const lifeMs = 300_000;
/** Octets of a command line (RFC 5321 §4.5.3.1.4), and commands of one connection. */
const mostLine = 512;
const mostCommands = 200;
const endOfData = Buffer.from('\r\n.\r\n', 'latin1');

/**
 * A receiving SMTP server (RFC 5321) for returned mail and nothing else: from the null sender, to the return path of one mail of ours, one receiver a message.
 * It relays nothing, signs nobody in, stores no message. Whatever is not exactly that is refused before any text is sent. A line ends with CRLF alone: a text
 * whose end two servers read differently could carry a second message (SMTP smuggling).
 */
export async function startSmtpIntake(parts: SmtpIntakeParts): Promise<SmtpIntake> {
  const open = new Set<Socket>();
  const all = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: false }, (socket) => {
    all.add(socket);
    socket.once('close', () => all.delete(socket));
    const refused = !parts.allows(socket.remoteAddress ?? '');
    if (refused || open.size >= mostConnections) {
      socket.on('error', () => undefined);
      // It says why and is gone: nothing that it sends is waited for.
      socket.end(refused ? '554 5.7.1 not for you\r\n' : '421 4.3.2 too many connections\r\n', () => socket.destroySoon());
      socket.setTimeout(refusedMs, () => socket.destroy());
      return;
    }
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    converse(socket, parts);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.host, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : parts.port,
    async close() {
      for (const socket of all) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Envelope {
  greeted: boolean;
  /** Whether a sender was given; it is always the null one. */
  sender: boolean;
  recipient: string | null;
}

/** One connection: commands one by one, each answered before the next is read. */
function converse(socket: Socket, parts: SmtpIntakeParts): void {
  const envelope: Envelope = { greeted: false, sender: false, recipient: null };
  const received = createReceived();
  let data = false;
  let working = false;
  let commands = 0;
  const say = (text: string): void => void socket.write(`${text}\r\n`);
  const bye = (text: string): void => void socket.end(`${text}\r\n`);
  const life = setTimeout(() => bye('421 4.4.2 it took too long'), lifeMs);
  life.unref();
  socket.setTimeout(idleMs, () => bye('421 4.4.2 idle for too long'));
  socket.on('error', () => socket.destroy());
  socket.once('close', () => clearTimeout(life));

  const forget = (): void => {
    envelope.sender = false;
    envelope.recipient = null;
  };
  /** The next command of what has come, or the end of a text; null while there is none. */
  const step = async (): Promise<boolean> => {
    if (data) {
      const text = received.untilEnd();
      if (text === null) {
        if (received.size() > mostReportBytes) bye('552 5.3.4 the message is too large');
        return false;
      }
      data = false;
      const to = envelope.recipient ?? '';
      forget();
      say(await answerTo(text, to, parts));
      return true;
    }
    const line = received.line();
    if (line === null) {
      if (received.size() > mostLine) bye('500 5.5.2 the line is too long');
      return false;
    }
    commands += 1;
    if (commands > mostCommands) bye('421 4.7.0 too many commands');
    else if (line.length > mostLine || !line.endsWith('\r\n')) say('500 5.5.2 a line ends with CRLF, and is short');
    else await obey(line.slice(0, -2));
    return !socket.writableEnded;
  };
  const obey = async (line: string): Promise<void> => {
    const [, verb = '', rest = ''] = /^([A-Za-z]{4,8})(?: +(.*))?$/.exec(line) ?? [];
    switch (verb.toUpperCase()) {
      case 'EHLO':
      case 'HELO':
        envelope.greeted = true;
        forget();
        return say(
          verb.toUpperCase() === 'HELO'
            ? `250 ${parts.name}`
            : `250-${parts.name}\r\n250-8BITMIME\r\n250 SIZE ${mostReportBytes}`,
        );
      case 'MAIL':
        return mail(rest);
      case 'RCPT':
        return await rcpt(rest);
      case 'DATA':
        if (envelope.recipient === null) return say('503 5.5.1 no receiver');
        data = true;
        return say('354 go on');
      case 'RSET':
        forget();
        return say('250 2.0.0 forgotten');
      case 'NOOP':
        return say('250 2.0.0 yes');
      case 'VRFY':
        return say('252 2.5.2 try it');
      case 'QUIT':
        return bye('221 2.0.0 bye');
      default:
        return say('502 5.5.1 not here');
    }
  };
  const mail = (rest: string): void => {
    if (!envelope.greeted || envelope.sender) return say('503 5.5.1 not now');
    const [, from, options = ''] = /^FROM: ?(<[^>]*>)((?: [^ ]+)*)$/i.exec(rest) ?? [];
    if (from === undefined) return say('501 5.5.4 MAIL FROM:<>');
    // A report has no sender (RFC 3464 §2): what has one is a letter, an answer or advertising.
    if (from !== '<>') return say('550 5.7.1 returned mail alone is taken here');
    const [, size = '0'] = /(?:^| )SIZE=(\d{1,20})(?: |$)/i.exec(options) ?? [];
    if (Number(size) > mostReportBytes) return say('552 5.3.4 the message is too large');
    envelope.sender = true;
    say('250 2.1.0 go on');
  };
  const rcpt = async (rest: string): Promise<void> => {
    if (!envelope.sender) return say('503 5.5.1 not now');
    if (envelope.recipient !== null) return say('452 4.5.3 one receiver a message');
    const [, to] = /^TO: ?<([^<>\s]{3,320})>(?: [^ ]+)*$/i.exec(rest) ?? [];
    if (to === undefined) return say('501 5.5.4 RCPT TO:<address>');
    const known = await parts.expects(to).catch(() => null);
    if (known === null) return say('451 4.3.0 not now');
    if (!known) return say('550 5.1.1 no mail of ours was sent from there');
    envelope.recipient = to;
    say('250 2.1.5 go on');
  };
  const pump = async (): Promise<void> => {
    if (working) return;
    working = true;
    socket.pause();
    try {
      while (!socket.destroyed && !socket.writableEnded && (await step()));
    } catch {
      socket.destroy();
    } finally {
      working = false;
      if (!socket.destroyed) socket.resume();
    }
  };
  socket.on('data', (chunk: Buffer) => {
    received.add(chunk);
    void pump();
  });
  say(`220 ${parts.name} ESMTP for returned mail`);
}

/** What has come and was not read yet. Reading costs as much as what came, in however small pieces. */
function createReceived() {
  let bytes = Buffer.allocUnsafe(4_096);
  let size = 0;
  /** Up to here there is no end of a text. */
  let searched = 0;
  const take = (count: number): void => {
    bytes.copyWithin(0, count, size);
    size -= count;
    searched = 0;
  };
  return {
    size: () => size,
    add(chunk: Buffer): void {
      if (size + chunk.length > bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(2 * bytes.length, size + chunk.length));
        bytes.copy(larger, 0, 0, size);
        bytes = larger;
      }
      chunk.copy(bytes, size);
      size += chunk.length;
    },
    /** The next line with its end; null where none has come. */
    line(): string | null {
      const at = bytes.subarray(0, size).indexOf('\n');
      if (at < 0) return null;
      const text = bytes.subarray(0, at + 1).toString('latin1');
      take(at + 1);
      return text;
    },
    /** The text before the line with the single dot, a copy; null where that has not come. */
    untilEnd(): Buffer | null {
      const held = bytes.subarray(0, size);
      // The dot may come at once, after the end of the command.
      if (held.subarray(0, 3).equals(endOfData.subarray(2))) {
        take(3);
        return Buffer.alloc(0);
      }
      const at = held.indexOf(endOfData, searched);
      searched = Math.max(0, size - endOfData.length);
      if (at < 0) return null;
      const text = Buffer.from(held.subarray(0, at + 2));
      take(at + endOfData.length);
      return text;
    },
  };
}

/** What is no report is taken all the same and forgotten: a refusal would only make the other side report that. */
async function answerTo(text: Buffer, to: string, { take }: SmtpIntakeParts): Promise<string> {
  if (text.length > mostReportBytes) return '552 5.3.4 the message is too large';
  if (hasBareEnd(text)) return '550 5.6.0 a line ends with CRLF';
  try {
    await take(unstuffed(text), to);
    return '250 2.0.0 noted';
  } catch (error) {
    const { code } = error as Partial<MenshenError>;
    return code === 'bounce_unreadable' || code === 'bounce_unknown' ? '250 2.0.0 no report, and dropped' : '451 4.3.0 not now';
  }
}

/** CR or LF that stands alone. */
function hasBareEnd(text: Buffer): boolean {
  for (let at = text.indexOf(10); at >= 0; at = text.indexOf(10, at + 1)) if (text[at - 1] !== 13) return true;
  for (let at = text.indexOf(13); at >= 0; at = text.indexOf(13, at + 1)) if (text[at + 1] !== 10) return true;
  return false;
}

/** Without the dots that the way added (RFC 5321 §4.5.2). */
function unstuffed(text: Buffer): Buffer {
  return Buffer.from(text.toString('latin1').replace(/(^|\r\n)\.\./g, '$1.'), 'latin1');
}
