import { foldCase, isLetter, isWordCode } from '../text/characters.ts';
import { createFinder } from '../text/finder.ts';

/** How telling a file's name is: 3 by itself, 2 as a whole value, 1 only at the end of upward steps. */
export type FileRisk = 0 | 1 | 2 | 3;

/** Folders under the root of a Unix system whose files are nobody's business. */
const systemFolders = [
  '/etc/',
  '/proc/',
  '/sys/class',
  '/sys/devices',
  '/dev/',
  '/root/',
  '/boot/',
  '/var/log/',
  '/var/adm/',
  '/var/spool/',
  '/var/run/',
  '/var/mail/',
  '/var/lib/',
  '/var/apache',
  '/var/www/',
  '/var/local/',
  '/var/cpanel/',
  '/var/db/',
  '/var/root/',
  '/var/htmp',
  '/usr/local/',
  '/usr/lib/',
  '/usr/share/',
  '/usr/etc/',
  '/usr/home/',
  '/usr/pkg/',
  '/usr/ports/',
  '/usr/spool/',
  '/usr/apache',
  '/usr/sbin/',
  '/usr/bin/',
  '/bin/',
  '/sbin/',
  '/opt/',
  '/private/',
  '/volumes/',
  '/library/',
  '/system/',
  '/lib/',
  '/run/secrets',
  '/etc',
  '/proc',
  '/tmp/sess_',
  '/logs/',
  '/apache',
  '/xampp',
  '/php',
  '/mysql',
  '/nginx',
  '/program files',
  '/windows/',
  '/winnt/',
  '/inetpub/',
  '/web/conf',
  '/usr/local',
  '/var/log',
  '/data/mysql',
];

/** Ends of files that such folders hold and that servers read for themselves. */
const serverEndings = [
  '.conf',
  '.cnf',
  '.ini',
  '.log',
  '_log',
  '.cfg',
  '.htaccess',
  '.htpasswd',
  '.pem',
  '.key',
  '.pgpass',
  '.bak',
  '.old',
  '.db',
  '.pid',
  '.inc',
  '.mdb',
  '.asa',
  '.dat',
  '.pdb',
];

/** Names that say enough wherever they stand. */
const telling = [
  '/etc/passwd',
  '/etc/shadow',
  '/etc/gshadow',
  '/etc/sudoers',
  '/etc/master.passwd',
  '/etc/security/',
  '/proc/self/',
  '/proc/1/',
  '/.ssh/',
  'id_rsa',
  'id_ed25519',
  'authorized_keys',
  'boot.ini',
  '\\win.ini',
  '/win.ini',
  '/system32/',
  '\\system32\\',
  '\\repair\\sam',
  '/config/sam',
  '\\config\\sam',
  'web-inf/',
  'meta-inf/',
  '.git/config',
  '.git/head',
  '.svn/entries',
  '.svn/wc.db',
  '/.aws/',
  '.aws/credentials',
  '.kube/config',
  '.docker/config',
  'kubernetes.io/serviceaccount',
  '.bash_history',
  '.mysql_history',
  '.zsh_history',
  'wp-config.php',
  '/etc/hosts.equiv',
  '.htpasswd',
  '.npmrc',
  '.netrc',
  '.pgpass',
  'unattend.xml',
  'sysprep.inf',
  'ntuser.dat',
  'ntds.dit',
  'php.ini',
  'httpd.conf',
  'apache2.conf',
  'nginx.conf',
  'my.cnf',
  'master.mdf',
  'global.asa',
  '/dev/random',
  '/dev/zero',
  'backup.sql',
  'dump.sql',
  '@fs/',
  'debug.log',
  'applicationhost.config',
  'machine.config',
];

/** Names at the end of a value, alone or in a folder of the application. */
const applicationFiles = [
  '.env',
  '.htaccess',
  '.git',
  '.svn',
  '.hg',
  '.ds_store',
  '.bashrc',
  '.profile',
  '.history',
  'web.config',
  'config.php',
  'config.asp',
  'config.inc',
  'config.inc.php',
  'settings.php',
  'database.yml',
  'secrets.yml',
  'local_settings.py',
  'access_log',
  'error_log',
  'access.log',
  'error.log',
  'passwd',
  'shadow',
  'passwd.dat',
  'pass.dat',
  'password.txt',
  'passwords.txt',
  'users.db',
  'users.mdb',
  'users.txt',
  'web.xml',
  'application.yml',
  'application.properties',
  'bootstrap.yml',
  'server.key',
  'private.key',
  'credentials.json',
  'appsettings.json',
  'composer.lock',
  'wc.db',
  '.passwd',
  '.pass',
  'config.bak',
  'win.ini',
];

const windowsFolders = [
  ':\\windows',
  ':\\winnt',
  ':\\inetpub',
  ':\\boot',
  ':\\xampp',
  ':\\apache',
  ':\\php',
  ':\\mysql',
  ':\\wamp',
  ':\\sysprep',
  ':\\ntuser',
  ':\\nginx',
  ':\\windows.old',
  ':\\pagefile',
  ':\\autoexec',
  ':\\config.sys',
  ':\\unattend',
];

const applicationNames: ReadonlySet<string> = new Set(applicationFiles);

const findTelling = createFinder(
  telling.map((name) => [name.replaceAll('\\', '/'), name] as const),
  true,
);

/** Folders by the letter behind their slash, in their order. */
const foldersByLetter = new Map<number, string[]>();
for (const folder of systemFolders) {
  const letter = folder.charCodeAt(1);
  const alike = foldersByLetter.get(letter);
  if (alike === undefined) foldersByLetter.set(letter, [folder]);
  else alike.push(folder);
}
const noFolders: readonly string[] = Object.freeze([]);
const lastLetters: ReadonlySet<number> = new Set(serverEndings.map((ending) => ending.charCodeAt(ending.length - 1)));

function hasServerEnding(path: string): boolean {
  return lastLetters.has(path.charCodeAt(path.length - 1)) && serverEndings.some((ending) => path.endsWith(ending));
}

/** What a text that is one path and nothing else names. */
export function riskOfPath(path: string): FileRisk {
  const folded = foldCase(path);
  const plain = folded.replaceAll('\\', '/');
  let told = false;
  findTelling(plain, () => {
    told = true;
    return true;
  });
  if (told) return 3;
  const rooted = plain.charCodeAt(0) === 0x2f;
  if (plain === '/dev/null') return 0;
  if (rooted) {
    let from = 0;
    while (plain.charCodeAt(from + 1) === 0x2f) from += 1;
    const path = from > 0 ? plain.slice(from) : plain;
    for (const folder of foldersByLetter.get(path.charCodeAt(1)) ?? noFolders) {
      if (!path.startsWith(folder)) continue;
      const exact =
        path.length === folder.length ||
        folder.endsWith('/') ||
        path.charCodeAt(folder.length) === 0x2f ||
        !isWordCode(path.charCodeAt(folder.length));
      if (exact || /^\/(?:apache|xampp|php|mysql|nginx)/.test(folder)) return 2;
    }
    if (hasServerEnding(path)) return 2;
  }
  if (isLetter(plain.charCodeAt(0)) && plain.startsWith(':/', 1)) {
    const dos = plain.replace(/\/{1,8}/g, '\\');
    if (windowsFolders.some((folder) => dos.startsWith(folder, 1))) return 2;
    if (hasServerEnding(plain)) return 2;
  }
  const name = plain.slice(plain.lastIndexOf('/') + 1);
  if (applicationNames.has(name)) return 2;
  if (name.charCodeAt(0) === 0x2e && name.length > 2 && plain.includes('/')) return 1;
  return hasServerEnding(name) ||
    /\.(?:php\d?|aspx?|jspx?|py|rb|pl|cgi|inc|sh|sql|ya?ml|xml|properties|config|txt|html?)$/.test(name)
    ? 1
    : 0;
}

/** Files that a sentence has no reason to name. */
export const tellingInText: readonly string[] = [
  '/etc/passwd',
  '/etc/shadow',
  '/proc/self/',
  'boot.ini',
  '\\win.ini',
  '/win.ini',
  '/.ssh/id_',
  '/etc/sudoers',
  'web-inf/web.xml',
  '.aws/credentials',
  '\\repair\\sam',
  '/config/sam',
  '/system32/config',
];

const findInText = createFinder(
  tellingInText.map((name) => [name, name] as const),
  true,
);

/** The first file that a sentence has no reason to name; undefined when there is none. */
export function findTellingFile(text: string): { start: number; end: number } | undefined {
  let place: { start: number; end: number } | undefined;
  findInText(text, (_, start, end) => {
    place = { start, end };
    return true;
  });
  return place;
}

/** What occurs in whatever this file finds. */
export const fileLiterals: readonly string[] = [
  ...systemFolders.map((folder) => (folder.endsWith('/') ? folder.slice(0, -1) : folder)),
  ...serverEndings,
  ...telling,
  ...telling.filter((name) => name.includes('/')).map((name) => name.replaceAll('/', '\\')),
  ...applicationFiles,
  ...windowsFolders,
  ...windowsFolders.map((folder) => folder.replaceAll('\\', '/')),
  ...['\\xampp\\', '\\inetpub\\', '\\winnt\\', '\\windows\\', '\\program files', '\\apache', '\\wamp\\'],
];
