import { distinct, push, since } from '../baseline/windows.ts';
import type { Detector, Seen } from '../seen.ts';

const MINUTE = 60_000;

/** User agents of tools that look for holes, as they name themselves. */
const tools =
  /sqlmap|nikto|nmap|masscan|nuclei|zgrab|dirsearch|dirbuster|gobuster|ffuf|feroxbuster|wfuzz|burp|zap\b|acunetix|nessus|openvas|wpscan|hydra|arachni|awvs|xray|goby|fscan|httpx|whatweb|metasploit/i;
/** Programs that are no phone. Alone no alarm: a colleague may try something. */
const scripts =
  /^(python|curl|wget|go-http|java\/|okhttp|libwww|perl|ruby|axios|node|postman|insomnia|scrapy|aiohttp|httpclient|powershell)/i;
/** Paths that no mini program has and every scanner tries. */
const traps =
  /\/\.(env|git|svn|aws|ssh|htaccess|ds_store)|wp-(admin|login|content)|phpmyadmin|\/actuator|\/cgi-bin|\/etc\/passwd|\.\.\/|%2e%2e|\/manager\/html|\/solr|\/jenkins|\/console\b|swagger|\/v2\/api-docs|\.(php|asp|aspx|jsp|bak|sql|zip|tar\.gz)(\?|$)|\/server-status|\/druid|\/nacos/i;

const CLIENTS = 5_000;

/** A test of clients whose answers are kept. */
function remembered(test: (client: string) => boolean): (client: string) => boolean {
  let known = new Map<string, boolean>();
  return (client) => {
    const before = known.get(client);
    if (before !== undefined) return before;
    const found = test(client);
    if (known.size >= CLIENTS) known = new Map();
    known.set(client, found);
    return found;
  };
}

const isTool = remembered((client) => tools.test(client));
export const isScript: (client: string) => boolean = remembered((client) => scripts.test(client) || tools.test(client));

/** Who asks for what is not there: many missing paths, paths that only scanners know, tools that say their name. */
export const scanners: Detector = ({ report }) => {
  return (seen) => {
    const { activity, person, address, device } = seen;
    if (seen.service) return;
    const { ts, id, ip, client, path, status } = activity;
    const tool = client !== null && isTool(client);
    // What is declared and answered is no trap.
    const declared = activity.endpoint !== null && activity.outcome === 'ok';
    const trap = path !== null && !declared && traps.test(path);
    const absent =
      status === 404 || status === 405 || activity.outcome === 'missing' || (status === 400 && activity.endpoint === null);
    if (!tool && !trap && !absent) return;
    const touch = { ts, id, key: `${trap || tool ? '!' : ''}${path ?? activity.endpoint ?? activity.object ?? activity.action}` };
    const judged = (
      list: readonly { ts: number; id: string; key: string }[],
      entity: string,
      factor: number,
      about: object,
    ): void => {
      const ten = since(list, ts - 10 * MINUTE);
      const day = since(list, ts - 24 * 60 * MINUTE);
      const plain = day.filter(({ key }) => key.startsWith('!'));
      const paths = distinct(day, ({ key }) => key);
      const lately = ten.length === day.length ? paths : distinct(ten, ({ key }) => key);
      report(seen, {
        rule: 'scanner',
        entity,
        score: Math.max(
          lately / (10 * factor),
          paths / (24 * factor),
          plain.length === 0 ? 0 : distinct(plain, ({ key }) => key) / 2,
          tool ? 1.2 : 0,
        ),
        events: () => day.map((item) => item.id),
        facts: { missing_paths: paths, in_ten_minutes: ten.length, known_scanner_paths: plain.length, tool },
        about,
      });
    };
    if (address !== null) {
      push(address.missing, touch, 160);
      if (person === null || !seen.sharedAddress)
        judged(address.missing, `ip ${ip}`, addressFactor(seen), person === null ? { user: null } : {});
    }
    if (person !== null) {
      push(person.missing, touch, 160);
      judged(person.missing, `user ${activity.user}`, 1, {});
    } else if (device !== null) {
      push(device.missing, touch, 96);
      judged(device.missing, `device ${seen.deviceName}`, 1, {});
    }
  };
};

/** Behind an address with many people, many mistakes are made. */
const addressFactor = ({ address }: Seen): number => 1 + Math.min(20, (address?.users.size ?? 0) / 3);
