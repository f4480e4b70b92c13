import type { FeatureFacts } from '../detect/model.ts';
import type { FileFindingKind } from './model.ts';

/** What is done about a finding where the route says nothing of its kind. */
export type FileAction = 'refuse' | 'note' | 'allow';

export interface FileFeature extends FeatureFacts {
  readonly kind: FileFindingKind;
  readonly action: Exclude<FileAction, 'allow'>;
}

/** Points of a finding that refuses a file by itself, whatever the profile, and of one that is only told: all rules together stay below any profile. */
export const refusingPoints = 6;
export const notedPoints = 0.05;

const refused = (kind: FileFindingKind, zh: string, en: string): FileFeature => ({
  ...{ class: 'upload' as const, weight: refusingPoints, action: 'refuse' as const },
  ...{ kind, zh, en },
});
const noted = (kind: FileFindingKind, zh: string, en: string): FileFeature => ({
  ...{ class: 'upload' as const, weight: notedPoints, action: 'note' as const },
  ...{ kind, zh, en },
});

/** Everything that the reading of files reports, by name. */
export const fileFeatures: Readonly<Record<string, FileFeature>> = {
  'upload.svg_script': refused('script', 'SVG 图形中有脚本', 'A script in an SVG drawing'),
  'upload.markup_handler': refused('script', '标记中有事件处理属性', 'An event handler in an element'),
  'upload.markup_address': refused(
    'script',
    '标记中有会运行代码的地址（javascript: 等）',
    'An address in an element that runs code (javascript: and the like)',
  ),
  'upload.markup_embed': refused(
    'script',
    '嵌入其他网页或程序的元素（iframe、object、form 等）',
    'An element that embeds pages or programs or sends what is typed (iframe, object, form)',
  ),
  'upload.svg_foreign': noted(
    'script',
    'SVG 中有 foreignObject，可放入网页内容',
    'A foreignObject in an SVG, which can hold a page',
  ),
  'upload.html_page': refused('script', '文件内容是网页', 'The content of the file is a web page'),
  'upload.text_script': refused('script', '文本中有浏览器会运行的脚本', 'A script in a text that a browser would run'),
  'upload.hidden_script': refused(
    'script',
    '图片、声音或文档的字节中藏有网页或脚本',
    'A page or a script hides in the bytes of a picture, a sound or a document',
  ),
  'upload.xml_entity': refused(
    'script',
    '外部实体或参数实体，会读取服务器文件',
    'An external or parameter entity, which reads files of the server',
  ),
  'upload.xml_expansion': refused(
    'script',
    '实体层层展开，会耗尽内存',
    'Entities that expand into each other, which exhausts memory',
  ),
  'upload.xml_stylesheet': refused(
    'script',
    '引用外部样式表或转换（xml-stylesheet、XInclude）',
    'A style sheet or inclusion from elsewhere (xml-stylesheet, XInclude)',
  ),
  'upload.markup_remote': noted('external', '显示时会从别处载入内容', 'Loads something from elsewhere when it is shown'),
  'upload.php_code': refused('server_code', 'PHP 代码', 'PHP code'),
  'upload.jsp_code': refused('server_code', 'JSP 代码', 'JSP code'),
  'upload.asp_code': refused('server_code', 'ASP 代码', 'ASP code'),
  'upload.ssi_code': refused('server_code', '服务端包含指令（SSI）', 'A directive of server-side includes'),
  'upload.drawing_command': refused(
    'server_code',
    '绘图指令会读取服务器文件或执行命令（ImageMagick）',
    'A drawing that reads files of the server, or runs commands there (ImageMagick)',
  ),
  'upload.server_config': refused(
    'server_code',
    '改变网站服务器行为的设置（.htaccess、.user.ini、web.config）',
    'Settings that change what a web server runs (.htaccess, .user.ini, web.config)',
  ),
  'upload.program': refused('program', '可执行程序或脚本', 'A program or a script that a system runs'),
  'upload.archive_program': refused('program', '压缩包中有程序', 'A program in an archive'),
  'upload.pdf_script': refused('pdf_action', 'PDF 中有 JavaScript', 'JavaScript in a PDF'),
  'upload.pdf_launch': refused('pdf_action', 'PDF 会启动程序', 'A PDF that starts a program'),
  'upload.pdf_embedded': refused('pdf_action', 'PDF 中有附件', 'A file embedded in a PDF'),
  'upload.pdf_action': refused(
    'pdf_action',
    'PDF 会提交或导入数据，或含有富媒体、XFA 表单',
    'A PDF that submits or imports data, or holds rich media or an XFA form',
  ),
  'upload.pdf_remote': noted('external', 'PDF 会打开别处的文档', 'A PDF that opens a document elsewhere'),
  'upload.office_macro': refused('macro', 'Office 文件中有宏', 'Macros in an Office file'),
  'upload.office_dde': refused('macro', 'Office 文件会启动程序（DDE）', 'An Office file that starts programs (DDE)'),
  'upload.office_active': refused('macro', 'Office 文件中有 ActiveX 控件', 'ActiveX controls in an Office file'),
  'upload.office_package': refused(
    'macro',
    'Office 文件中嵌有任意文件（Packager 对象）',
    'An arbitrary file embedded in an Office file (a Packager object)',
  ),
  'upload.office_external': refused(
    'external',
    'Office 文件打开时会从别处载入模板、对象或框架',
    'An Office file that loads a template, an object or a frame from elsewhere when it is opened',
  ),
  'upload.office_link': noted(
    'external',
    'Office 文件引用别的工作簿、模板或图片',
    'An Office file that refers to another workbook, template or picture',
  ),
  'upload.formula_command': refused(
    'formula',
    '单元格公式会启动程序或向别处发送数据',
    'A formula in a cell that starts a program or sends data elsewhere',
  ),
  'upload.formula': noted('formula', '单元格是公式', 'A cell that is a formula'),
  'upload.archive_path': refused('archive', '压缩包中的路径会离开目标目录', 'A path in an archive that leaves its folder'),
  'upload.archive_link': refused('archive', '压缩包中有链接或设备文件', 'A link or a device in an archive'),
  'upload.archive_bomb': refused(
    'archive',
    '压缩包解开后过大或条目过多',
    'An archive that is too large unpacked, or has too many entries',
  ),
  'upload.archive_overlap': refused('archive', '压缩包条目互相重叠', 'Entries of an archive that overlap'),
  'upload.archive_repeated': refused('archive', '压缩包中有重名条目', 'Two entries of one name in an archive'),
  'upload.archive_nested': refused('archive', '压缩包嵌套过深', 'Archives within archives, too deep'),
  'upload.archive_disagrees': refused(
    'archive',
    '压缩包目录与条目不一致，不同程序会解出不同内容',
    'The directory of an archive and its entries disagree: two programs unpack different things',
  ),
  'upload.archive_encrypted': refused('encrypted', '压缩包已加密，无法检查', 'An encrypted archive, which nothing can read'),
  'upload.office_encrypted': refused(
    'encrypted',
    'Office 文件已加密，无法检查',
    'An encrypted Office file, which nothing can read',
  ),
  'upload.pdf_encrypted': noted('encrypted', 'PDF 已加密，只能检查一部分', 'An encrypted PDF, of which only a part can be read'),
  'upload.server_name': refused(
    'name',
    '文件名会被网站服务器当作脚本或设置',
    'A file name that a web server takes for a script or for settings',
  ),
  'upload.unsafe_name': noted(
    'name',
    '文件名含有路径、控制字符、方向字符、保留名，或以点、空格、数据流结尾',
    'A file name with a path, control or direction characters, a reserved name, or a trailing dot, space or stream',
  ),
  'upload.double_extension': refused('name', '双重扩展名，其中一个可执行', 'Two extensions, of which one is run by some system'),
  'upload.declared_type': refused('mismatch', '声明的类型与内容不符', 'The declared type does not fit the content'),
  'upload.extension': refused('mismatch', '扩展名与内容不符', 'The extension does not fit the content'),
  'upload.structure': refused(
    'structure',
    '文件结构不完整，或前后有别的内容',
    'The structure of the file is broken, or something stands before or behind it',
  ),
  'upload.second_format': refused('structure', '文件同时是另一种格式', 'The file is a second format at the same time'),
  'upload.too_many_pixels': refused('structure', '图片像素过多', 'A picture of too many pixels'),
  'upload.text_encoding': noted(
    'structure',
    '文本不是 UTF-8，按 GB18030 读取',
    'A text that is not UTF-8 and was read as GB18030',
  ),
  'upload.pdf_stream': refused('unread', 'PDF 的对象流无法解开', 'An object stream of a PDF that cannot be unpacked'),
  'upload.too_much': refused(
    'unread',
    '内容太多或太复杂，未能检查完毕',
    'Too much, or too complex, to be read to its end: what was not read was not found harmless',
  ),
  'upload.unread': noted(
    'unread',
    '有一部分未检查：格式无法解开，或表格太大',
    'A part was not read: of a format that is not unpacked, or a sheet that is too large',
  ),
};
