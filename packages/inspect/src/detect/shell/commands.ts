/** What a command's name says by itself, as bits. */
export const known = 1;
/** The name is an English word too: it takes arguments of a command's form to count. */
export const word = 2;
/** Does something without arguments. */
export const bare = 4;
/** Asked for by hardly anybody but an intruder: to look around, to fetch, to open a way back. */
export const recon = 8;
/** Starts another command, which follows as its arguments. */
export const runner = 16;
/** Builds or installs programs: developers write them between backticks, intruders elsewhere. */
export const building = 64;
/** Found in any case, as the Windows shells do. */
const anyCase = 32;

const groups: readonly (readonly [number, string])[] = [
  [known | bare | recon, 'whoami ifconfig lsof uname systeminfo id hostname printenv groups getent lastlog netstat arp'],
  [
    known | bare,
    'ls pwd ps env df dmesg lsblk lscpu htop sysinfo uptime nproc tty sh bash zsh dash ash ksh csh tcsh cscli dir ll reboot halt poweroff',
  ],
  [
    known | recon,
    'nc ncat netcat telnet nslookup dig wget tftp ftp socat mkfifo nmap busybox rlogin rsh ssh scp lynx aria2c curl',
  ],
  [
    known,
    'cat tac nl chmod chown chgrp cp mv rm mkdir rmdir tar gzip gunzip bzip2 unzip zcat bzcat xxd hexdump od awk gawk mawk nawk sed ' +
      'grep egrep fgrep zgrep vi vim nvim nano emacs gdb gcc cc c89 c99 clang python perl ruby php tclsh irb echo printf sleep which ' +
      'java javac npm pip pip3 pipx apt apt-get yum dnf apk dpkg rpm brew useradd usermod userdel passwd chpasswd crontab systemctl ' +
      'mysql mysqldump psql sqlite mongo redis-cli ping ping6 tracepath traceroute ip iptables expr ifup ethtool tcpdump rsync umount ' +
      'base64 base32 md5sum sha1sum openssl gpg dd ln xargs pkill killall unset ansible ansible-doc ansible-vault ansible-galaxy ' +
      'ansible-inventory ansible-config chef-client chef-vault visudo kubectl git svn sqlmap msfconsole readlink tr tmux sendmail ' +
      'whereis whatis vdir gcc g++ shutdown',
  ],
  [
    known | word,
    'more less sort date time kill test set host make watch install service split join look type who w top cal print find head tail ' +
      'exec eval exit export source alias paste bridge mail locate man screen mount touch cut stat ed ex node strings wall column rev gem ' +
      'route lua tee wc diff uniq docker history free last ss fetch su users',
  ],
  [
    known | runner,
    'sudo doas nohup strace ltrace setsid stdbuf ionice timeout flock chroot unshare taskset command builtin env time xargs exec eval',
  ],
  [
    known | anyCase | recon,
    'ipconfig tasklist netsh chcp certutil bitsadmin mshta wmic regsvr32 rundll32 cscript wscript vssadmin reg nltest dsquery quser qwinsta ' +
      'powershell pwsh cmd schtasks taskkill attrib icacls cacls takeown wevtutil bcdedit bcdboot tracert pathping msiexec installutil ' +
      'invoke-webrequest invoke-expression invoke-command invoke-restmethod iwr iex start-process new-object get-childitem get-content ' +
      'get-wmiobject set-executionpolicy start-bitstransfer',
  ],
  [
    known | anyCase | word,
    'net net1 type copy move del erase rd md ren start call ver vol sc runas findstr fsutil ' + 'calc hh mmc psr wsl wt diskpart',
  ],
  [
    known | anyCase | recon,
    'mofcomp ieexec cmstp regasm regsvcs msbuild ilasm esentutl extrac32 makecab diantz diskshadow ntdsutil dsdbutil ldifde csvde ' +
      'rpcping pcalua forfiles scriptrunner mavinject odbcconf presentationhost infdefaultinstall wbadmin msxsl pubprn ' +
      'printbrm tttracer rdrleakdiag winrm winrs vshadow procdump fltmc dnscmd nltest klist cmdkey mpcmdrun rasdial',
  ],
  [known | anyCase | bare, 'dir ipconfig systeminfo tasklist netstat whoami hostname'],
];

const noLetter = 26;

/** Number of a letter in either case; 26 for what is none. */
function letterOf(code: number): number {
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : noLetter;
}

const vocabulary = new Map<string, number>();
for (const [bits, names] of groups) {
  for (const name of names.split(' ')) vocabulary.set(name, (vocabulary.get(name) ?? 0) | bits);
}
for (const name of 'npm npx pip pip3 pipx gem apt apt-get yum dnf apk brew git svn docker kubectl java javac make rpm dpkg which printf node python php ruby'.split(
  ' ',
)) {
  vocabulary.set(name, (vocabulary.get(name) ?? known) | building);
}
for (const [name, bits] of vocabulary) if ((bits & word) !== 0 && (bits & bare) !== 0) vocabulary.set(name, bits & ~word);

/** By first letter: bit n where a name goes on with the n-th letter, bit 26 where it goes on with no letter or not at all. Endings and versions leave these two. */
const beginnings = new Int32Array(26);
for (const name of vocabulary.keys()) {
  const second = name.length === 1 ? noLetter : letterOf(name.charCodeAt(1));
  beginnings[letterOf(name.charCodeAt(0))] = (beginnings[letterOf(name.charCodeAt(0))] as number) | (1 << second);
}

/** Whether a name that begins with this letter, and what follows it in the name, 0 for nothing, may be one that is known. */
export function beginsCommand(letter: number, next: number): boolean {
  return (((beginnings[letterOf(letter)] as number) >> letterOf(next)) & 1) === 1;
}

const longestName = 32;

/** Bits of a command's name; 0 for what is none. Unix names are small; Windows finds its own in any case, and with `.exe`. */
export function commandBits(name: string): number {
  const exact = vocabulary.get(name);
  if (exact !== undefined) return exact;
  if (name.length < 2 || name.length > longestName) return 0;
  const folded = name.toLowerCase();
  const plain =
    folded.charCodeAt(folded.length - 4) === 0x2e && /\.(?:exe|com|cmd|bat)$/.test(folded) ? folded.slice(0, -4) : folded;
  if (plain !== folded) return vocabulary.get(plain) ?? 0;
  const windows = vocabulary.get(folded) ?? 0;
  if ((windows & anyCase) !== 0) return windows;
  const version = versioned(folded);
  return version === folded ? 0 : (vocabulary.get(version) ?? 0);
}

/** `python3.10` is python, `gcc10.1` is gcc. */
function versioned(name: string): string {
  let end = name.length;
  while (end > 0 && (isVersionCode(name.charCodeAt(end - 1)) || (name[end - 1] === '-' && end < name.length))) end -= 1;
  return end >= 2 ? name.slice(0, end) : name;
}

function isVersionCode(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2e;
}

/** All names, Unix and Windows. */
export function commandNames(): readonly string[] {
  return [...vocabulary.keys()];
}
