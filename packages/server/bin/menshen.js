#!/usr/bin/env node
// Plain JavaScript, so that an old Node says what is missing instead of a syntax error.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 11)) {
  process.stderr.write(
    `门神需要 Node.js 24.11 或更高版本（当前 ${process.versions.node}）。在 Linux 与 Windows 上，请用 npm 脚本（npm start）或 npx menshen 运行，它们自带所需版本；在 macOS 上请安装 Node.js 24。\n` +
      `Menshen needs Node.js 24.11 or later (this is ${process.versions.node}). On Linux and Windows run it by npm (npm start) or npx menshen, which bring the right version; on macOS install Node.js 24.\n`,
  );
  process.exit(2);
}
const { existsSync } = await import('node:fs');
// The scanner runs in every commit: it is loaded without the platform.
const module = process.argv[2] === 'scan' ? 'scan/main' : 'main';
const source = new URL(`../src/cli/${module}.ts`, import.meta.url);
const { main } = await import(existsSync(source) ? source.href : new URL(`../dist/cli/${module}.js`, import.meta.url).href);
process.exitCode = await main(process.argv.slice(2));
