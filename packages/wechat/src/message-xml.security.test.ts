import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WechatCryptoError } from './crypto-error.ts';
import { type MessageXmlLimits, parseMessageXml } from './message-xml.ts';

function codeOf(xml: string, limits?: MessageXmlLimits): string {
  try {
    parseMessageXml(xml, limits);
    return 'accepted';
  } catch (error) {
    return error instanceof WechatCryptoError ? error.code : 'other';
  }
}

const bomb = `<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><A>&b;</A></xml>`;

describe('message XML under attack', () => {
  it.each([
    ['an entity bomb', bomb],
    ['a declaration before it', `<?xml version="1.0"?>${bomb}`],
    ['an external entity', '<!DOCTYPE xml [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><A>&f;</A></xml>'],
    ['a lower-case doctype', '<!doctype xml><xml/>'],
    ['a doctype after CDATA', '<xml><A><![CDATA[x]]></A></xml><!DOCTYPE xml>'],
    ['an undeclared entity', '<xml><A>&f;</A></xml>'],
    ['a bare ampersand', '<xml><A>a & b</A></xml>'],
    ['a numeric reference', '<xml><A>&#60;</A></xml>'],
    ['a comment', '<xml><A>ad<!-- x -->min</A></xml>'],
    ['a processing instruction', '<xml><?php x ?><A>1</A></xml>'],
    ['mixed content', '<xml><A>x<B>y</B></A></xml>'],
    ['text beside the fields', '<xml>x<A>y</A></xml>'],
    ['text alone', '<xml>x</xml>'],
    ['another root', '<html><A>x</A></html>'],
    ['two roots', '<xml><A>x</A></xml><xml><A>y</A></xml>'],
    ['an open element', '<xml><A>x</xml>'],
    ['crossed elements', '<xml><A><B>x</A></B></xml>'],
    ['an open CDATA', '<xml><A><![CDATA[x</A></xml>'],
    ['CDATA in lower case', '<xml><A><![cdata[x]]></A></xml>'],
    ['an attribute without a value', '<xml><A b>x</A></xml>'],
    ['nothing', ''],
    ['plain text', 'success'],
    ['a number', 5 as unknown as string],
  ])('refuses %s', (_name, xml) => {
    expect(codeOf(xml)).toBe('message_xml_invalid');
  });

  it('bounds length, depth and number of elements', () => {
    const nested = (depth: number) => `<xml>${'<A>'.repeat(depth)}x${'</A>'.repeat(depth)}</xml>`;
    expect(codeOf(nested(8))).toBe('accepted');
    expect(codeOf(nested(9))).toBe('message_xml_invalid');
    expect(codeOf(nested(20_000))).toBe('message_xml_invalid');
    expect(codeOf(`<xml>${'<A/>'.repeat(2000)}</xml>`)).toBe('accepted');
    expect(codeOf(`<xml>${'<A/>'.repeat(2001)}</xml>`)).toBe('message_xml_invalid');
    expect(codeOf(`<xml>${' '.repeat(262_144)}</xml>`)).toBe('message_too_large');
    expect(codeOf('<xml><A><B/></A></xml>', { maxDepth: 1 })).toBe('message_xml_invalid');
    expect(codeOf('<xml><A/></xml>', { maxElements: 0 })).toBe('message_xml_invalid');
    expect(codeOf('<xml><A/></xml>', { maxChars: 5 })).toBe('message_too_large');
  });

  it('cannot be used to reach a prototype', () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      expect(codeOf(`<xml><${name}><admin>1</admin></${name}></xml>`)).toBe('message_xml_invalid');
    }
    const message = parseMessageXml('<xml><A>1</A></xml>');
    expect(message.toString).toBeUndefined();
    expect(Object.getPrototypeOf(message)).toBeNull();
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
  });

  it('ends in linear time on the inputs that make parsers quadratic', () => {
    const size = 60_000;
    for (const unit of ['<', '&', '<A ', '<![CDATA[', ']]>', '<A b="', '</', '<A>', '&lt', ' ']) {
      const xml = `<xml>${unit.repeat(Math.floor(size / unit.length))}</xml>`;
      const started = process.cpuUsage();
      codeOf(xml, { maxElements: 100_000 });
      const { user } = process.cpuUsage(started);
      expect(user, JSON.stringify(unit)).toBeLessThan(2_000_000);
    }
  });

  it('gives its own error for any text', () => {
    const token = fc.constantFrom(
      '<',
      '>',
      '/',
      'xml',
      '<xml>',
      '</xml>',
      '<A>',
      '</A>',
      '<![CDATA[',
      ']]>',
      '&',
      ';',
      '"',
      "'",
      '=',
      '?',
      '!',
      '-',
      ' ',
      'x',
    );
    fc.assert(fc.property(fc.array(token, { maxLength: 40 }), (tokens) => codeOf(tokens.join('')) !== 'other'));
    fc.assert(fc.property(fc.array(token, { maxLength: 40 }), (tokens) => codeOf(`<xml>${tokens.join('')}</xml>`) !== 'other'));
  });
});
