import type { AppConfig, Config, FileContentConfig, RouteConfig, UploadsConfig, UploadType } from '@menshen/contract';
import { CompileError } from '../../config/compile-error.ts';
import { fileKinds } from './file-kinds.ts';

export interface CompiledUploads extends Omit<UploadsConfig, 'types'> {
  readonly types: ReadonlySet<UploadType>;
  /** Media types under which a body may be a file itself. */
  readonly rawTypes: readonly string[];
}

/** Compiles what a route takes as files. Throws {@link CompileError}. */
export function compileUploads(app: AppConfig, route: RouteConfig, uploads: UploadsConfig): CompiledUploads {
  const kinds = route.body?.types ?? ['json'];
  if (!kinds.includes('multipart') && !kinds.includes('binary')) {
    throw new CompileError(
      `apps.${app.id}`,
      `接口“${route.match}”接收文件，body.types 需要 multipart 或 binary。`,
      `route "${route.match}" takes files and needs multipart or binary among its body types`,
    );
  }
  if (uploads.mediaCheck !== undefined && app.wechat === undefined) {
    throw new CompileError(
      `apps.${app.id}`,
      `接口“${route.match}”要请微信检查内容，但应用没有 wechat 设置。`,
      `route "${route.match}" asks WeChat about content, but the app has no wechat settings`,
    );
  }
  return {
    ...uploads,
    types: new Set(uploads.types),
    rawTypes: uploads.types.flatMap((type) => fileKinds[type].mediaTypes),
  };
}

/** What is done about what is found in files: what a route says of a kind stands before what is said for all. */
export const contentActions = (config: Pick<Config, 'uploads'>, own: FileContentConfig | undefined): FileContentConfig => ({
  ...config.uploads.content,
  ...own,
});
