import { clientEndpoints } from '@menshen/wire';
import { demoCast } from '../company/cast.ts';
import { demoCompany } from '../company.ts';
import {
  assign,
  atOffice,
  bearerOf,
  type CurlLine,
  type CurlOrigins,
  contentType,
  curl,
  loginBody,
  mintCode,
  quote,
} from '../curl-shell.ts';

/** Ids of the department that the manager leads, and of one beside it. */
export function managedDepartments(): { readonly own: number; readonly beside: number } {
  const { departments } = demoCompany();
  const ledBy = (uid: string): number => departments.find(({ leader }) => leader === uid)?.id ?? 0;
  return { own: ledBy(demoCast.technologyHead), beside: ledBy(demoCast.marketingHead) };
}

/** A manager who sees the people below, at any depth, and nothing beside. */
export function managerLines(origins: CurlOrigins): readonly Omit<CurlLine, 'story'>[] {
  const at = (path: string): string => quote(origins.gateway + path);
  const { own, beside } = managedDepartments();
  const asManager = `${bearerOf('MANAGER')} ${atOffice}`;
  return [
    {
      id: 'manager-code',
      command: mintCode(origins, demoCast.technologyHead),
      zh: '沈志远是技术中心总经理：取得登录凭据。',
      en: 'Shen Zhiyuan heads Technology: a login code.',
    },
    {
      id: 'manager-log-in',
      command: assign('MANAGER', `curl -sS ${at(clientEndpoints.login)} ${contentType} ${loginBody} ${atOffice}`, 'token'),
      zh: '他在办公室登录。',
      en: 'He signs in at the office.',
    },
    {
      id: 'manager-list',
      command: `${curl} ${at(`/portal/api/employees?dept=${own}`)} ${asManager}`,
      zh: '列出技术中心及以下各级的人员：允许（200）。',
      en: 'Listing everybody in Technology and below is allowed (200).',
    },
    {
      id: 'manager-below',
      command: `${curl} ${at(`/portal/api/employees/${demoCast.employee}`)} ${asManager}`,
      zh: '查看两级之下林晓彤的档案：允许（200）。',
      en: 'The record of Lin Xiaotong, two levels below, is allowed (200).',
    },
    {
      id: 'manager-beside',
      command: `${curl} ${at(`/portal/api/employees/${demoCast.colleague}`)} ${asManager}`,
      zh: '查看门店同事的档案：不在他的部门之下，拒绝（403 not_permitted）。',
      en: 'The record of a colleague in the stores, who is not below him, is refused (403 not_permitted).',
    },
    {
      id: 'manager-list-beside',
      command: `${curl} ${at(`/portal/api/employees?dept=${beside}`)} ${asManager}`,
      zh: '列出旁边的市场中心：拒绝（403 not_permitted）。',
      en: 'Listing Marketing, the division beside, is refused (403 not_permitted).',
    },
    {
      id: 'manager-above',
      command: `${curl} ${at(`/portal/api/employees/${demoCast.president}`)} ${asManager}`,
      zh: '查看上级的档案：同样拒绝（403 not_permitted）。',
      en: 'Nor is the record of his superior his to read (403 not_permitted).',
    },
  ];
}
