/** How a system names acts and says how they ended. The detections must understand them all. */
export interface Dialect {
  readonly name: string;
  readonly acts: Readonly<Record<ActName, { readonly action: string; readonly method: string; readonly endpoint: string }>>;
  readonly result: (status: number) => string | null;
  /** Id of an object from its kind and number. */
  readonly object: (kind: 'order' | 'customer', number: number) => string;
  readonly badPassword: string;
}

export type ActName =
  | 'login'
  | 'logout'
  | 'mfa'
  | 'orderList'
  | 'orderRead'
  | 'orderWrite'
  | 'customerRead'
  | 'customerExport'
  | 'report'
  | 'couponClaim'
  | 'couponList'
  | 'roleGrant'
  | 'userUpdate'
  | 'heartbeat';

export const dotted: Dialect = {
  name: 'dotted',
  acts: {
    login: { action: 'login', method: 'POST', endpoint: '/api/login' },
    logout: { action: 'logout', method: 'POST', endpoint: '/api/logout' },
    mfa: { action: 'mfa.verify', method: 'POST', endpoint: '/api/mfa/verify' },
    orderList: { action: 'order.list', method: 'GET', endpoint: '/api/orders' },
    orderRead: { action: 'order.read', method: 'GET', endpoint: '/api/orders/:id' },
    orderWrite: { action: 'order.update', method: 'PUT', endpoint: '/api/orders/:id' },
    customerRead: { action: 'customer.read', method: 'GET', endpoint: '/api/customers/:id' },
    customerExport: { action: 'customer.export', method: 'POST', endpoint: '/api/customers/export' },
    report: { action: 'report.read', method: 'GET', endpoint: '/api/reports' },
    couponClaim: { action: 'coupon.claim', method: 'POST', endpoint: '/api/coupons/claim' },
    couponList: { action: 'coupon.list', method: 'GET', endpoint: '/api/coupons' },
    roleGrant: { action: 'admin.role.grant', method: 'POST', endpoint: '/api/admin/roles' },
    userUpdate: { action: 'admin.user.update', method: 'PUT', endpoint: '/api/admin/users/:id' },
    heartbeat: { action: 'sync.pull', method: 'GET', endpoint: '/api/sync' },
  },
  result: (status) => (status < 400 ? 'success' : 'failure'),
  object: (kind, number) => `${kind}:${number}`,
  badPassword: 'bad_password',
};

export const camel: Dialect = {
  name: 'camel',
  acts: {
    login: { action: 'userLogin', method: 'POST', endpoint: '/v2/auth/login' },
    logout: { action: 'userLogout', method: 'POST', endpoint: '/v2/auth/logout' },
    mfa: { action: 'verifyOtp', method: 'POST', endpoint: '/v2/auth/otp' },
    orderList: { action: 'listOrders', method: 'GET', endpoint: '/v2/order/list' },
    orderRead: { action: 'getOrder', method: 'GET', endpoint: '/v2/order/{id}' },
    orderWrite: { action: 'updateOrder', method: 'POST', endpoint: '/v2/order/{id}/update' },
    customerRead: { action: 'getCustomer', method: 'GET', endpoint: '/v2/customer/{id}' },
    customerExport: { action: 'exportCustomers', method: 'GET', endpoint: '/v2/customer/export' },
    report: { action: 'viewReport', method: 'GET', endpoint: '/v2/report' },
    couponClaim: { action: 'claimCoupon', method: 'POST', endpoint: '/v2/coupon/claim' },
    couponList: { action: 'listCoupons', method: 'GET', endpoint: '/v2/coupon/list' },
    roleGrant: { action: 'grantRole', method: 'POST', endpoint: '/v2/admin/grant' },
    userUpdate: { action: 'adminUpdateUser', method: 'POST', endpoint: '/v2/admin/user' },
    heartbeat: { action: 'pullSync', method: 'GET', endpoint: '/v2/sync' },
  },
  result: () => null,
  object: (kind, number) => `${kind === 'order' ? 'SO' : 'CUS'}-2026-${String(number).padStart(7, '0')}`,
  badPassword: 'invalid_credentials',
};

export const verdicts: Dialect = {
  ...dotted,
  name: 'verdicts',
  result: (status) => (status === 401 || status === 403 ? 'denied' : status < 400 ? 'ok' : 'error'),
  object: (_, number) => String(number),
};
