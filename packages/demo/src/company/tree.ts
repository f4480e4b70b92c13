/** A department as it is written down here; ids and parents follow from its place. */
export interface DepartmentPlan {
  readonly zh: string;
  readonly en: string;
  /** Position of its leader. */
  readonly head: string;
  /** Positions of its other direct members; empty when it has none. */
  readonly positions: readonly string[];
  /** How many direct members beside the leader. */
  readonly members: number;
  readonly below: readonly DepartmentPlan[];
}

const group = (zh: string, en: string, members: number, positions: readonly string[]): DepartmentPlan => ({
  zh,
  en,
  head: `${zh}组长`,
  positions,
  members,
  below: [],
});

const office = (zh: string, en: string, head: string, below: readonly DepartmentPlan[]): DepartmentPlan => ({
  zh,
  en,
  head,
  positions: [],
  members: 0,
  below,
});

/** A department without groups: its people stand in it directly. */
const bureau = (zh: string, en: string, head: string, members: number, positions: readonly string[]): DepartmentPlan => ({
  zh,
  en,
  head,
  positions,
  members,
  below: [],
});

const developers = ['工程师', '高级工程师', '资深工程师'];

/** Head office → division → department → group: four levels, 44 departments, 44 leaders and 156 members. */
export const departmentPlan: DepartmentPlan = office('鼎泰云商科技有限公司', 'Dingtai Cloud Commerce', '总裁', [
  office('电商事业部', 'E-commerce', '电商事业部总经理', [
    office('平台运营部', 'Platform Operations', '平台运营总监', [
      group('商家一组', 'Merchants 1', 9, ['商家运营专员', '商家运营主管']),
      group('商家二组', 'Merchants 2', 8, ['商家运营专员', '商家运营主管']),
      group('活动运营组', 'Events', 6, ['活动运营专员']),
    ]),
    office('商品部', 'Merchandise', '商品总监', [
      group('选品组', 'Selection', 6, ['选品专员', '买手']),
      group('质检组', 'Quality', 5, ['质检员']),
    ]),
    office('客户服务部', 'Customer Service', '客户服务总监', [
      group('在线客服组', 'Online Service', 12, ['客服专员']),
      group('售后组', 'After-sales', 8, ['售后专员']),
    ]),
  ]),
  office('门店事业部', 'Stores', '门店事业部总经理', [
    office('华东大区', 'East China', '华东大区总监', [
      group('上海门店组', 'Shanghai Stores', 9, ['店长', '店员']),
      group('杭州门店组', 'Hangzhou Stores', 7, ['店长', '店员']),
    ]),
    office('华南大区', 'South China', '华南大区总监', [
      group('广州门店组', 'Guangzhou Stores', 7, ['店长', '店员']),
      group('深圳门店组', 'Shenzhen Stores', 7, ['店长', '店员']),
    ]),
  ]),
  office('供应链事业部', 'Supply Chain', '供应链事业部总经理', [
    office('仓储物流部', 'Logistics', '仓储物流总监', [
      group('仓储组', 'Warehouse', 8, ['仓库管理员', '理货员']),
      group('配送组', 'Delivery', 7, ['调度员', '配送主管']),
    ]),
    bureau('采购部', 'Procurement', '采购总监', 6, ['采购专员', '采购经理']),
  ]),
  office('技术中心', 'Technology', '技术中心总经理', [
    office('研发部', 'Engineering', '研发总监', [
      group('前端组', 'Front End', 5, developers),
      group('后端组', 'Back End', 8, developers),
      group('小程序组', 'Mini Programs', 5, developers),
    ]),
    office('数据部', 'Data', '数据总监', [group('数据平台组', 'Data Platform', 5, ['数据工程师', '数据分析师'])]),
    office('安全与运维部', 'Security and Operations', '安全与运维总监', [
      group('安全组', 'Security', 2, ['安全工程师']),
      group('运维组', 'Operations', 3, ['运维工程师']),
    ]),
  ]),
  office('市场中心', 'Marketing', '市场中心总经理', [
    bureau('品牌部', 'Brand', '品牌总监', 4, ['品牌专员', '设计师']),
    office('增长部', 'Growth', '增长总监', [group('优惠活动组', 'Coupons', 5, ['活动策划', '增长运营'])]),
  ]),
  office('职能中心', 'Corporate', '职能中心总经理', [
    office('人力资源部', 'Human Resources', '人力资源总监', [
      group('招聘组', 'Recruiting', 3, ['招聘专员']),
      group('员工关系组', 'Employee Relations', 2, ['员工关系专员', '薪酬专员']),
    ]),
    bureau('财务部', 'Finance', '财务总监', 6, ['会计', '出纳', '财务分析师']),
    bureau('法务合规部', 'Legal and Compliance', '法务总监', 3, ['法务专员', '合规专员']),
  ]),
]);
