/** The feature of a requested path that looks for what a deployment left behind; undefined for an ordinary path. `folded` in small letters. */
export function requestedFile(folded: string): string | undefined {
  const slash = folded.lastIndexOf('/');
  const name = folded.slice(slash + 1);
  if (hiddenFolder(folded)) return 'path.hidden_folder';
  if (name.length > 1 && leftBehind(name)) return 'path.backup';
  return undefined;
}

const hidden = [
  '/.git/',
  '/.svn/',
  '/.hg/',
  '/.bzr/',
  '/.env',
  '/.aws/',
  '/.ssh/',
  '/.docker',
  '/.kube/',
  '/.vscode/',
  '/.idea/',
  '/.htaccess',
  '/.htpasswd',
  '/.ds_store',
  '/.npmrc',
  '/.netrc',
  '/.bash_history',
  '/.mysql_history',
  '/web-inf/',
  '/meta-inf/',
  '/.claude/',
  '/.cursor',
  '/.codex/',
  '/.continue/',
  '/.config/',
  '/.github/',
  '/.gitlab-ci',
  '/.terraform',
  '/.travis',
  '/.circleci',
  '/.well-known/../',
  '/wp-config',
  '/.gitignore',
  '/.gitconfig',
  '/.zed/',
  '/.roo/',
  '/.junie/',
  '/.fabric/',
  '/.a0proj/',
  '/proc/',
  '/sys/class',
  '/@fs/',
  '/@id/',
  '/etc/passwd',
  '/.ssh',
  '/.svn',
  '/.git',
];

function hiddenFolder(folded: string): boolean {
  return hidden.some(
    (folder) =>
      folded.includes(folder) &&
      (folder.endsWith('/') || folded.endsWith(folder) || !/[a-z0-9]/.test(folded[folded.indexOf(folder) + folder.length] ?? '')),
  );
}

const copies = [
  '.inc',
  '.asa',
  '.java',
  '.class',
  '.nsf',
  '.cfg',
  '.ini',
  '.conf',
  '.pem',
  '.key',
  '.exe',
  '.dll',
  '.bat',
  '.cmd',
  '.passwd',
  '.bak',
  '.old',
  '.orig',
  '.save',
  '.swp',
  '.swo',
  '.tmp',
  '.backup',
  '.copy',
  '.sav',
  '.dist',
  '.sql',
  '.sql.gz',
  '.sql.zip',
  '.tar.gz.old',
  '.phps',
  '.mdb',
  '.rdb',
  '.bkp',
  '.dump',
  '.000',
  '.bak1',
];

function leftBehind(name: string): boolean {
  return (
    name.endsWith('~') ||
    copies.some((ending) => name.endsWith(ending)) ||
    /^(?:backup|dump|database|db|wwwroot|www|site|web)\.(?:zip|rar|tar|tgz|tar\.gz|7z|sql)$/.test(name)
  );
}

/** What occurs in whatever {@link requestedFile} finds. */
export const requestedLiterals: readonly string[] = [...hidden, ...copies, '~', '.zip', '.rar', '.tar', '.tgz', '.7z', '.sql'];
