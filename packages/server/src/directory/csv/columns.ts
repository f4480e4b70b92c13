/** Names that a column may have in the header, in our order of meaning. Compared without case, spaces and punctuation. */
export const peopleColumns = {
  uid: ['uid', 'userid', 'username', 'account', '账号', '帐号', '用户名', '成员账号'],
  name: ['name', 'displayname', 'fullname', '姓名', '名字'],
  departments: [
    'departments',
    'department',
    'departmentid',
    'departmentids',
    '部门',
    '所在部门',
    '所属部门',
    '部门编号',
    '部门id',
  ],
  leads: ['leads', 'leaderof', '负责部门', '所负责部门'],
  position: ['position', 'title', 'jobtitle', '职务', '职位', '岗位'],
  phone: ['phone', 'mobile', 'telephone', '手机', '手机号', '手机号码', '电话'],
  email: ['email', 'mail', 'e-mail', '邮箱', '电子邮箱', '邮件'],
  number: ['number', 'employeenumber', 'employeeid', 'staffnumber', '工号', '员工编号', '员工号'],
  kind: ['kind', 'type', '类型', '人员类型'],
  status: ['status', 'state', '状态'],
} as const;

export const departmentColumns = {
  id: ['id', 'departmentid', '编号', '部门编号', '部门id'],
  name: ['name', 'departmentname', '名称', '部门名称', '部门'],
  parent: ['parent', 'parentid', 'parentdepartment', '上级', '上级部门', '上级编号', '上级部门编号', '父部门'],
  order: ['order', 'position', '排序', '次序'],
} as const;

export type PeopleColumn = keyof typeof peopleColumns;
export type DepartmentColumn = keyof typeof departmentColumns;

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_.*()（）:：-]/g, '');

export const kinds: Readonly<Record<string, 'employee' | 'partner'>> = {
  '': 'employee',
  employee: 'employee',
  员工: 'employee',
  正式: 'employee',
  partner: 'partner',
  合作伙伴: 'partner',
  伙伴: 'partner',
  外包: 'partner',
  供应商: 'partner',
};

export const statuses: Readonly<Record<string, 'active' | 'disabled' | 'left'>> = {
  '': 'active',
  active: 'active',
  enabled: 'active',
  true: 'active',
  '1': 'active',
  在职: 'active',
  启用: 'active',
  正常: 'active',
  disabled: 'disabled',
  blocked: 'disabled',
  false: 'disabled',
  '0': 'disabled',
  停用: 'disabled',
  禁用: 'disabled',
  left: 'left',
  离职: 'left',
  已离职: 'left',
};

/** Where each known column stands in a header; unknown columns are left alone. */
export function readHeader<C extends string>(
  cells: readonly string[],
  known: Readonly<Record<C, readonly string[]>>,
): { readonly at: ReadonlyMap<C, number> } | { readonly twice: C } {
  const names = new Map<string, C>();
  for (const [column, words] of Object.entries(known) as [C, readonly string[]][])
    for (const word of words) names.set(plain(word), column);
  const at = new Map<C, number>();
  for (const [index, cell] of cells.entries()) {
    const column = names.get(plain(cell));
    if (column === undefined) continue;
    if (at.has(column)) return { twice: column };
    at.set(column, index);
  }
  return { at };
}
