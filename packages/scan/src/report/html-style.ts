import { createHash } from 'node:crypto';

/** The one style sheet of the page: light and dark, phone and paper. */
export const htmlStyle = `
:root{--ink:#1f2328;--dim:#57606a;--line:#d0d7de;--page:#fff;--soft:#f6f8fa;--critical:#8250df;--high:#cf222e;--medium:#9a6700;--low:#0969da;--info:#57606a}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--line:#3d444d;--page:#0d1117;--soft:#151b23;--critical:#ab7df8;--high:#f85149;--medium:#d29922;--low:#4493f8;--info:#9198a1}}
*{box-sizing:border-box}body{margin:0;font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;color:var(--ink);background:var(--page)}
header,main{max-width:60rem;margin:0 auto;padding:1rem}h1{font-size:1.5rem;margin:.5rem 0 0}header p,small,.place,.clauses{color:var(--dim)}
.tiles{display:flex;flex-wrap:wrap;gap:.5rem;list-style:none;padding:0}.tiles li{border:1px solid var(--line);border-radius:8px;padding:.4rem .9rem}.tiles b{font-size:1.3rem}
article{border:1px solid var(--line);border-left-width:5px;border-radius:8px;padding:.6rem 1rem;margin:1rem 0;break-inside:avoid}
h3{font-size:1.05rem;margin:.2rem 0}h3 small{font-weight:400}.place{margin:.1rem 0;overflow-wrap:anywhere}
.badge{border:1px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.85rem}
.critical{border-left-color:var(--critical)}.high{border-left-color:var(--high)}.medium{border-left-color:var(--medium)}.low{border-left-color:var(--low)}.info{border-left-color:var(--info)}
.critical .badge,.critical b{color:var(--critical)}.high .badge,.high b{color:var(--high)}.medium .badge{color:var(--medium)}.low .badge{color:var(--low)}
pre{background:var(--soft);border-radius:6px;padding:.5rem;overflow-x:auto;font:13px/1.5 ui-monospace,Consolas,monospace;margin:.4rem 0}
.line{display:block;white-space:pre}.line i{display:inline-block;width:3.2rem;padding-right:.8rem;text-align:right;color:var(--dim);font-style:normal}
.marked{background:color-mix(in srgb,var(--medium) 18%,transparent)}.path>li{margin:.3rem 0}.path>li>span{font-weight:600}.bad{border-left:3px solid var(--high)}.good{border-left:3px solid #1a7f37}
summary{cursor:pointer}code{overflow-wrap:anywhere}
@media print{details::details-content{content-visibility:visible;height:auto}}
`;

/** The style's hash for the page's policy. */
export const htmlStyleHash = `sha256-${createHash('sha256').update(htmlStyle).digest('base64')}`;
