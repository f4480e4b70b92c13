/** Names of calls that ask for a payment or prepare one. */
export const payCall =
  /unifiedorder|createUnifiedOrder|getPayParams|transactions|jsapi|prepay|requestPayment|createOrder|wxpay|transfer/i;

/** Addresses of WeChat Pay that ask for money, or give it back. */
export const asksForPayment =
  /api\.mch\.weixin\.qq\.com\/(?:pay\/unifiedorder|v3\/pay\/transactions|mmpaymkttransfers|secapi\/pay\/refund)/i;
