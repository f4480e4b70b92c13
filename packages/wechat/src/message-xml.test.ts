import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildMessageXml, buildReplyXml, type MessageXmlFields, parseMessageXml } from './message-xml.ts';
import { readFixture } from './testing/fixture.ts';

interface CallbackVectors {
  wecom_callback: { message: { plain: string }; generated_change_contact: { plain: string } };
}

const { wecom_callback: callback } = readFixture<CallbackVectors>('message-push');

describe('message XML', () => {
  it('reads the messages of the vectors as text', () => {
    expect(parseMessageXml(callback.message.plain)).toEqual({
      ToUserName: 'wx5823bf96d3bd56c7',
      FromUserName: 'mycreate',
      CreateTime: '1409659813',
      MsgType: 'text',
      Content: 'hello',
      MsgId: '4561255354251345929',
      AgentID: '218',
    });
    expect(parseMessageXml(callback.generated_change_contact.plain)).toMatchObject({
      Event: 'change_contact',
      ChangeType: 'delete_user',
      UserID: 'zhangsan',
    });
  });

  it('reads nested and repeated elements', () => {
    const item = (name: string) => `<Item><Name><![CDATA[${name}]]></Name><Text><Value>${name}</Value></Text></Item>`;
    expect(parseMessageXml(`<xml>\n <ExtAttr>${item('a')}${item('b')}</ExtAttr>\n</xml>`)).toEqual({
      ExtAttr: {
        Item: [
          { Name: 'a', Text: { Value: 'a' } },
          { Name: 'b', Text: { Value: 'b' } },
        ],
      },
    });
  });

  it('shows a repeated field as a list, so that no reader silently takes one of two', () => {
    expect(parseMessageXml('<xml><UserID>a</UserID><UserID>b</UserID><UserID>c</UserID></xml>')).toEqual({
      UserID: ['a', 'b', 'c'],
    });
  });

  it.each([
    ['<xml><A/></xml>', { A: '' }],
    ['<xml></xml>', {}],
    ['<?xml version="1.0" encoding="UTF-8"?>\n<xml><A>1</A></xml>', { A: '1' }],
    ['<xml><A> 1 </A></xml>', { A: '1' }],
    ['<xml><A>\n<![CDATA[ 1 ]]>\n</A></xml>', { A: ' 1 ' }],
    ['<xml><A>a&lt;b&amp;lt;&quot;&apos;&gt;</A></xml>', { A: 'a<b&lt;"\'>' }],
    ['<xml><A><![CDATA[&lt;<b>&foo;<!DOCTYPE x><?y?>]]></A></xml>', { A: '&lt;<b>&foo;<!DOCTYPE x><?y?>' }],
    ['<xml><A id="1">x</A></xml>', { A: 'x' }],
    ['<xml><A>1\r\n2</A></xml>', { A: '1\n2' }],
  ])('reads %s', (xml, expected) => {
    expect(JSON.stringify(parseMessageXml(xml))).toBe(JSON.stringify(expected));
  });

  it('writes a reply that it reads again', () => {
    const xml = buildReplyXml({ Encrypt: 'A+/=', MsgSignature: 'ab', TimeStamp: 1, Nonce: ']]>' });
    expect(xml).toBe(
      '<xml><Encrypt><![CDATA[A+/=]]></Encrypt><MsgSignature><![CDATA[ab]]></MsgSignature><TimeStamp>1</TimeStamp>' +
        '<Nonce><![CDATA[]]]]><![CDATA[>]]></Nonce></xml>',
    );
    expect(parseMessageXml(xml)).toEqual({ Encrypt: 'A+/=', MsgSignature: 'ab', TimeStamp: '1', Nonce: ']]>' });
  });

  it('gives back every text it wrote', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme-ascii' }),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(']]>', '<![CDATA[', '&amp;', '<!--', ']]'),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const text = pieces.join('');
        const xml = writeOrSkip({ Text: text, Inner: { Text: text } });
        if (xml !== undefined) expect(parseMessageXml(xml)).toEqual({ Text: text, Inner: { Text: text } });
      }),
    );
  });

  it.each([
    [{ 'a b': 'x' }],
    [{ 'A><B': 'x' }],
    [{ A: '\u0000' }],
    [{ A: '\ud800' }],
    [{ A: Number.NaN }],
    [{ A: undefined as unknown as string }],
  ])('refuses to write what XML cannot hold', (fields) => {
    expect(() => buildMessageXml(fields)).toThrow(expect.objectContaining({ code: 'message_xml_invalid' }));
  });
});

function writeOrSkip(fields: MessageXmlFields): string | undefined {
  try {
    return buildMessageXml(fields);
  } catch {
    return undefined;
  }
}
