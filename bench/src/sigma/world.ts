import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSigma, type SigmaEvent, type SigmaRule } from '@menshen/sigma';

/** Numbers that come out alike on every machine. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return ((state >>> 8) % 0xff_ffff) % below;
  };
}

const parts =
  'admin shell upload config cgi portal export debug console setup backup invoker struts login api v1 plugin wp include ajax view render proxy file exec cmd eval test'.split(
    ' ',
  );
const words =
  'select union passwd jndi ldap script onerror whoami powershell curl wget base64 concat sleep benchmark outfile runtime getclass ognl template include phpinfo'.split(
    ' ',
  );
const agents = 'sqlmap nikto nuclei masscan zgrab wpscan gobuster hydra acunetix python-requests'.split(' ');

/** Web rules of our own in the forms and proportions that public ones have: lists of paths and of words, status, method, client, expressions, keywords. */
export function webRules(count: number): SigmaRule[] {
  const next = createRandom(11);
  const pick = (list: readonly string[]): string => list[next(list.length)] ?? '';
  const path = (): string => `/${pick(parts)}/${pick(parts)}${next(100)}/${pick(parts)}`;
  const list = (length: number, make: () => string): string => `[${Array.from({ length }, () => `'${make()}'`).join(', ')}]`;
  return Array.from({ length: count }, (_, index) => {
    const searches: string[] = [];
    switch (index % 8) {
      case 0:
        searches.push(
          `  s1: {cs-uri-query|contains: ${list(3 + next(20), () => `${pick(words)}${pick(['(', ' ', '%20', '='])}${pick(words)}`)}}`,
          '  f1: {sc-status: [404, 403]}',
          '  condition: s1 and not f1',
        );
        break;
      case 1:
        searches.push(
          `  s1: {cs-method: ${pick(['POST', 'PUT', 'GET'])}, cs-uri-stem|contains: ${list(1 + next(4), path)}}`,
          '  condition: s1',
        );
        break;
      case 2:
        searches.push(
          `  s1: {cs-uri-stem|endswith: ${list(2 + next(6), () => `${path()}.${pick(['php', 'jsp', 'aspx', 'do'])}`)}}`,
          `  s2: {cs-uri-query|contains: ${list(2, () => pick(words))}}`,
          '  condition: all of s*',
        );
        break;
      case 3:
        searches.push(
          `  s1: {c-useragent|contains: ${list(3 + next(6), () => `${pick(agents)}/${next(9)}`)}}`,
          '  condition: s1',
        );
        break;
      case 4:
        searches.push(
          `  s1: {c-uri|contains|all: ${list(2, path)}}`,
          `  s2: {c-uri: '*${path()}*?id=*${pick(words)}*'}`,
          '  condition: 1 of s*',
        );
        break;
      case 5:
        searches.push(
          `  s1: {cs-uri-query|re: '${pick(words)}=[a-z]{2,8}\\d+(${pick(words)}|${pick(words)})'}`,
          '  condition: s1',
        );
        break;
      case 6:
        searches.push(`  k: ${list(4 + next(10), () => `${pick(words)}:${pick(words)}${next(1_000)}`)}`, '  condition: k');
        break;
      default:
        searches.push(
          `  s1: {cs-uri-stem|startswith: '${path()}', sc-status: 200}`,
          `  s2: {cs-referer|contains: '${path()}'}`,
          '  condition: s1 or s2',
        );
    }
    const [parsed] = parseSigma(`title: bench ${index}\nlogsource: {category: webserver}\ndetection:\n${searches.join('\n')}\n`);
    if (parsed?.document?.kind !== 'rule') throw new Error(JSON.stringify(parsed?.problem));
    return parsed.document;
  });
}

const agent =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49(0x18003137) NetType/WIFI Language/zh_CN';

/** Requests of a mini program, nine fields and some 600 characters each; every hundredth is an attack. */
export function webEvents(count: number): SigmaEvent[] {
  const next = createRandom(23);
  const pick = (list: readonly string[]): string => list[next(list.length)] ?? '';
  return Array.from({ length: count }, (_, index) => {
    const attack = index % 100 === 0;
    const stem = attack
      ? `/${pick(parts)}/${pick(parts)}${next(100)}/${pick(parts)}.php`
      : `/api/${pick(['orders', 'members', 'coupons', 'messages'])}/${next(100_000)}`;
    const query = attack
      ? `${pick(words)}=ab12${pick(words)}&x=${pick(words)}(${pick(words)}`
      : `page=${next(50)}&size=20&keyword=%E5%BC%A0${next(1_000)}&sort=created`;
    // As from a log: a text of its own for every value.
    return JSON.parse(
      JSON.stringify({
        'cs-method': next(5) === 0 ? 'POST' : 'GET',
        'cs-uri-stem': stem,
        'cs-uri-query': query,
        'c-uri': `${stem}?${query}`,
        'cs-host': 'portal.example.com',
        'c-useragent': attack && next(2) === 0 ? `${pick(agents)}/${next(9)}` : agent,
        'cs-referer': 'https://servicewechat.com/wx0123456789abcdef/12/page-frame.html',
        'sc-status': attack ? 403 : 200,
        'c-ip': `10.${next(256)}.${next(256)}.${next(256)}`,
      }),
    ) as SigmaEvent;
  });
}

/** Rules of a collection on this machine, by category; for measuring only. */
export function collectionRules(folder: string, wanted: (rule: SigmaRule) => boolean): SigmaRule[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .flatMap((file) =>
      parseSigma(readFileSync(join(folder, file), 'utf8')).flatMap(({ document }) =>
        document?.kind === 'rule' && wanted(document) ? [document] : [],
      ),
    );
}
